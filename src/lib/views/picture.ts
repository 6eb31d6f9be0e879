import { FridayError } from '../errors.ts';
import { METADATA, type Bundle } from '../kernel.ts';
import { PNG } from '../mime.ts';
import { FONT_FILES, textWidth } from './font.ts';

/** A Vega-Lite v5 specification: plain JSON. */
export type Spec = Readonly<Record<string, unknown>>;

/** An image loads no files and no URLs. */
const refuse = (): Promise<never> => Promise.reject(new Error('an image may not load files or URLs'));

interface TextMark {
  readonly fontSize?: number;
  readonly fontWeight?: number | string;
}

/** Outside a browser Vega only estimates the width of text; while `draw` runs, it uses our measured widths. */
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

/** An SVG with one label for screen readers, which then skip its contents. */
const labelled = (svg: string, label: string): string =>
  svg
    .replace(/ (?:aria-\w+|role)="[^"]*"/g, '')
    .replace(/^<svg /, `<svg role="img" aria-label="${xml(label)}" `)
    .replace(/^(<svg [^>]*>)/, `$1<title>${xml(label)}</title>`);

/**
 * The specification as SVG. Vega is imported at first use because loading it takes longer than the rest of the library.
 */
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

/** Limit of a PNG's pixels: drawing takes 8 bytes per pixel. */
export const MOST_PIXELS = 32_000_000;

/** The scale of a PNG relative to its SVG: 2, or less if the limit of pixels requires it. */
const zoomOf = (svg: string, least: number): number => {
  const [, width = '0', height = '0'] =
    /<svg\b[^>]*? width="(\d+(?:\.\d+)?)"[^>]*? height="(\d+(?:\.\d+)?)"/.exec(svg) ?? [];
  const zoom = Math.min(2, Math.sqrt(MOST_PIXELS / Math.max(1, Number(width) * Number(height))));
  if (zoom >= least) return zoom;
  throw new FridayError(
    'input',
    `PNG: expected at most ${MOST_PIXELS / 1e6} million pixels, got ${width} x ${height}`,
    {
      next: 'Write an SVG, which has no limit (-o FILE.svg), or choose a smaller --width.',
    },
  );
};

/**
 * SVG as PNG at twice its size, on white, with our bundled fonts only, so that it is the same on every machine. A very
 * large image gets a smaller scale; a scale below `least` throws 'input'.
 */
export const pngOf = async (svg: string, { least = 0 }: { readonly least?: number } = {}): Promise<Buffer> => {
  const { Resvg } = await import('@resvg/resvg-js');
  const image = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: zoomOf(svg, least) },
    font: {
      fontFiles: Object.values(FONT_FILES),
      loadSystemFonts: false,
      defaultFontFamily: 'Inter',
      sansSerifFamily: 'Inter',
    },
  });
  return image.render().asPng();
};

/** How large a PNG is said to be: pictures have two pixels for one of the page, so that they are sharp. */
const widthOf = (png: Buffer): number => Math.round(png.readUInt32BE(16) / 2);

/** A picture in a bundle, with the width and the text that front ends and exports show and read aloud in its place. */
export const pictured = (png: Buffer, alt: string): Bundle => ({
  [PNG]: png.toString('base64'),
  [METADATA]: { [PNG]: { alt, width: widthOf(png) } },
});
