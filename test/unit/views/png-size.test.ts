import { describe, expect, it } from 'vitest';
import { MOST_PIXELS, pngOf } from '../../../src/lib/views/picture.ts';

const svg = (width: number, height: number): string =>
  `<svg version="1.1" width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg"></svg>`;

/** Width and height are in the header chunk: https://www.w3.org/TR/png-3/#11IHDR. */
const sizeOf = (png: Buffer): [number, number] => [png.readUInt32BE(16), png.readUInt32BE(20)];

describe('a PNG', () => {
  it('is twice as large as its SVG', async () => {
    expect(sizeOf(await pngOf(svg(300, 200)))).toEqual([600, 400]);
  });

  it('is made smaller if it would have too many pixels', async () => {
    const [width, height] = sizeOf(await pngOf(svg(1000, 100_000)));
    expect(width * height).toBeLessThan(MOST_PIXELS * 1.01);
    expect(width * height).toBeGreaterThan(MOST_PIXELS * 0.98);
  });

  it('is refused if it would be smaller than requested, with the limit of pixels', async () => {
    await expect(pngOf(svg(16_384, 24_000), { least: 1 })).rejects.toThrow(
      'PNG: expected at most 32 million pixels, got 16384 x 24000',
    );
  });
});
