import { Resvg } from '@resvg/resvg-js';
import type { View } from '../../../src/lib/api.ts';
import type { Bundle } from '../../../src/lib/kernel.ts';
import { DISPLAY, type Shown } from '../../../src/lib/views/view.ts';

/** What a kernel shows of a view. */
export const shown = (view: View): Promise<Bundle> => (view as Shown)[DISPLAY]();

/** The pixels of a PNG in base64, four bytes each. */
export const pixelsOf = (
  png: unknown,
): { readonly width: number; readonly height: number; readonly data: Uint8Array } => {
  const bytes = Buffer.from(String(png), 'base64');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="data:image/png;base64,${String(png)}"/></svg>`;
  const { pixels } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return { width, height, data: pixels };
};

/** How many pixels between two heights (shares of the picture) are nearly black: text. */
export const inkBetween = ({ width, height, data }: ReturnType<typeof pixelsOf>, from: number, to: number): number => {
  let ink = 0;
  for (let i = Math.floor(height * from) * width; i < Math.floor(height * to) * width; i++) {
    if (data[i * 4]! < 90 && data[i * 4 + 1]! < 90 && data[i * 4 + 2]! < 90) ink++;
  }
  return ink;
};

/** Whether nothing shows through. */
export const isOpaque = ({ data }: ReturnType<typeof pixelsOf>): boolean => {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
};
