import { join } from 'node:path';
import { packageRoot } from '../paths.ts';

/** A Vega-Lite v5 specification: plain JSON. */
export type Spec = Readonly<Record<string, unknown>>;

const FONTS = ['Inter-Regular.otf', 'Inter-SemiBold.otf'].map((file) => join(packageRoot, 'assets', 'fonts', file));

/** Nothing that a picture shows is fetched from anywhere. */
const refuse = (): Promise<never> => Promise.reject(new Error('a picture loads nothing'));

/** The specification as SVG. Vega is loaded at first use: it takes longer than the rest of the library. */
export const svgOf = async (spec: Spec): Promise<string> => {
  const [vega, lite] = await Promise.all([import('vega'), import('vega-lite')]);
  const { spec: compiled } = lite.compile(spec as never, { logger: vega.logger(vega.Error) });
  const loader = vega.loader();
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', loader: { ...loader, load: refuse } });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
};

/** SVG as PNG at twice its size, on white, with the fonts that we ship and no others: the same on every machine. */
export const pngOf = async (svg: string): Promise<Buffer> => {
  const { Resvg } = await import('@resvg/resvg-js');
  const image = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: 2 },
    font: { fontFiles: FONTS, loadSystemFonts: false, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
  });
  return image.render().asPng();
};
