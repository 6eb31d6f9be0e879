import { FONT_FILES, textWidth } from './font.ts';

/** A Vega-Lite v5 specification: plain JSON. */
export type Spec = Readonly<Record<string, unknown>>;

/** Nothing that a picture shows is fetched from anywhere. */
const refuse = (): Promise<never> => Promise.reject(new Error('a picture loads nothing'));

interface TextMark {
  readonly fontSize?: number;
  readonly fontWeight?: number | string;
}

/** Vega guesses how wide text is where there is no browser; this tells it, for as long as it draws. */
const withMeasuredText = async <T>(metrics: { width: unknown }, draw: () => Promise<T>): Promise<T> => {
  const before = metrics.width;
  metrics.width = ({ fontSize = 11, fontWeight }: TextMark, text: unknown) =>
    textWidth(String(text), fontSize, Number(fontWeight) >= 600 || fontWeight === 'bold' ? 'bold' : 'normal');
  try {
    return await draw();
  } finally {
    metrics.width = before;
  }
};

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** An SVG whose label is read aloud in its place; nothing inside it is read on its own. */
const labelled = (svg: string, label: string): string =>
  svg
    .replace(/ (?:aria-\w+|role)="[^"]*"/g, '')
    .replace(/^<svg /, `<svg role="img" aria-label="${xml(label)}" `)
    .replace(/^(<svg [^>]*>)/, `$1<title>${xml(label)}</title>`);

/** The specification as SVG. Vega is loaded at first use: it takes longer than the rest of the library. */
export const svgOf = async (spec: Spec, label?: string): Promise<string> => {
  const [vega, lite] = await Promise.all([import('vega'), import('vega-lite')]);
  const { spec: compiled } = lite.compile(spec as never, { logger: vega.logger(vega.Error) });
  const loader = { ...vega.loader(), load: refuse };
  const { textMetrics } = vega as unknown as { readonly textMetrics: { width: unknown } };
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', loader });
  try {
    const drawn = await withMeasuredText(textMetrics, () => view.toSVG());
    return label === undefined ? drawn : labelled(drawn, label);
  } finally {
    view.finalize();
  }
};

/** SVG as PNG at twice its size, on white, with the fonts that we ship and no others: the same on every machine. */
export const pngOf = async (svg: string): Promise<Buffer> => {
  const { Resvg } = await import('@resvg/resvg-js');
  const image = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: 2 },
    font: {
      fontFiles: Object.values(FONT_FILES),
      loadSystemFonts: false,
      defaultFontFamily: 'Inter',
      sansSerifFamily: 'Inter',
    },
  });
  return image.render().asPng();
};
