import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import type { View } from '../../../src/lib/api.ts';
import type { Bundle } from '../../../src/lib/kernel.ts';
import { CHART, type ChartPayload } from '../../../src/lib/mime.ts';
import { DISPLAY, type Shown } from '../../../src/lib/views/view.ts';

/** The bundle that a kernel shows of a view. */
export const shown = (view: View): Promise<Bundle> => (view as Shown)[DISPLAY]();

/** The Vega-Lite that a view writes into a .json file. */
export const vegaliteOf = async (view: View): Promise<Readonly<Record<string, unknown>>> => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-vegalite-'));
  try {
    await view.save(join(folder, 'figure.json'));
    return JSON.parse(readFileSync(join(folder, 'figure.json'), 'utf8')) as Readonly<Record<string, unknown>>;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** The payload that a front end draws. */
export const plotOf = async <K extends ChartPayload['plot']['kind']>(
  view: View,
  kind: K,
): Promise<Extract<ChartPayload['plot'], { kind: K }>> => {
  const { plot } = (await shown(view))[CHART] as ChartPayload;
  if (plot.kind !== kind) throw new Error(`expected ${kind}, got ${plot.kind}`);
  return plot as Extract<ChartPayload['plot'], { kind: K }>;
};

/** The pixels of a base64 PNG, four bytes each. */
export const pixelsOf = (
  png: unknown,
): { readonly width: number; readonly height: number; readonly data: Uint8Array } => {
  const bytes = Buffer.from(String(png), 'base64');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="data:image/png;base64,${String(png)}"/></svg>`;
  const { pixels } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return { width, height, data: pixels };
};

/** How many pixels between two heights (fractions of the image) are nearly black, that is, text. */
export const inkBetween = ({ width, height, data }: ReturnType<typeof pixelsOf>, from: number, to: number): number => {
  let ink = 0;
  for (let i = Math.floor(height * from) * width; i < Math.floor(height * to) * width; i++) {
    if (data[i * 4]! < 90 && data[i * 4 + 1]! < 90 && data[i * 4 + 2]! < 90) ink++;
  }
  return ink;
};

/** Whether all pixels are opaque. */
export const isOpaque = ({ data }: ReturnType<typeof pixelsOf>): boolean => {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
};
