import { describe, expect, it } from 'vitest';
import { METADATA } from '../../../src/lib/kernel.ts';
import { PNG } from '../../../src/lib/mime.ts';
import { drawnSvg, drawProfile, flamegraphFigure } from '../../../src/lib/views/flamegraph.ts';
import { smallProfile } from '../../small-profile.ts';

const DEEP = 60;
const tower = Array.from({ length: DEEP }, (_, i) => `f${i}`).join(';');

/** A profile of 1,000 samples three frames deep, and one sample that is 60 frames deep. */
const profile = smallProfile([
  { stack: 'main;serve;parse', count: 600 },
  { stack: 'main;serve;send', count: 399 },
  { stack: tower },
]);

const rowsOf = (svg: string): number =>
  new Set([...svg.matchAll(/<rect x="[^"]*" y="([^"]*)" width="[^"]*%"/g)].map(([, y]) => y)).size;
const heightOf = (svg: string): number => Number(/<svg [^>]*? height="(\d+)"/.exec(svg)?.[1]);

describe('a flame graph on paper', () => {
  const drawn = drawProfile(profile, { bare: true });

  it('leaves out rows that are nearly empty, and says how many', () => {
    const paper = drawnSvg(drawn, { script: false });
    expect(rowsOf(paper)).toBe(4);
    expect(heightOf(paper)).toBeLessThan(4 * 16 + 80);
    expect(paper).toContain(`${DEEP + 1 - 4} further rows are not drawn`);
  });

  it('is cropped from the other side where the root is on top', () => {
    const paper = drawnSvg(drawn, { script: false, icicle: true });
    const places = [...paper.matchAll(/<rect x="[^"]*" y="([^"]*)" width="[^"]*%"/g)].map(([, y]) => Number(y));
    expect(Math.min(...places)).toBeLessThan(60);
    expect(Math.max(...places)).toBeLessThan(heightOf(paper) - 16);
  });

  it('keeps every frame where it can be zoomed', () => {
    expect(rowsOf(drawnSvg(drawn, { minWidth: 0 }))).toBe(DEEP + 1);
  });

  it('sets a long sentence into lines that fit', () => {
    const words = 'a function with a very long name of many template arguments '.repeat(6).trim();
    const svg = drawnSvg(drawn, { script: false, subtitle: words, width: 700 });
    const lines = [...svg.matchAll(/<tspan [^>]*>([^<]*)<\/tspan>/g)].map(([, text = '']) => text);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join(' ')).toBe(words);
    for (const line of lines) expect(line.length * 5).toBeLessThan(700);
  });

  it('has a title and a label with its sentence, for who cannot see it', async () => {
    const figure = flamegraphFigure(profile, { bare: true });
    const svg = (await figure.svg?.(figure.say)) ?? '';
    expect(svg).toContain(`<title>Flame Graph: ${figure.say}</title>`);
    expect(svg).toMatch(/<svg [^>]*role="img" aria-label="Flame Graph: /);
    const { [METADATA as never]: metadata } = await figure.bundle(figure.say);
    expect(metadata).toEqual({ [PNG]: { alt: `Flame Graph: ${figure.say}`, width: 960 } });
  });
});
