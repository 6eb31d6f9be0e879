import { FRAME_COLOURS } from '../../../../src/lib/mime.ts';

/** FNV-1a hash: a name has the same shade in every figure. */
const hash = (name: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
};

const parts = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const rgb = (values: readonly number[]): string =>
  `rgb(${values.map((value) => Math.round(Math.max(0, Math.min(255, value)))).join(',')})`;

/**
 * The fill of a frame: its colour by kind, its shade by name. There are few shades, so that frames with equal fill are
 * drawn together.
 */
export const frameColours = (): ((kind: number, name: string) => string) => {
  const known = new Map<number, string>();
  return (kind, name) => {
    const shade = hash(name) & 7;
    const key = kind * 8 + shade;
    const colour =
      known.get(key) ?? rgb(parts(FRAME_COLOURS[kind] ?? FRAME_COLOURS[2]).map((v) => v * (0.93 + shade * 0.02)));
    known.set(key, colour);
    return colour;
  };
};

const SAME = [226, 226, 222];
const MORE = [236, 112, 20];
const LESS = [66, 146, 214];

/** Orange for grown shares, blue for shrunk ones, pale within the noise. */
export const changeColour = (change: number, most: number, sure: boolean): string => {
  if (change === 0 || most === 0) return rgb(SAME);
  const strength = Math.min(1, Math.sqrt(Math.abs(change) / most));
  const share = sure ? 0.35 + 0.65 * strength : 0.18 * strength;
  const to = change > 0 ? MORE : LESS;
  return rgb(SAME.map((value, i) => value + ((to[i] ?? 0) - value) * share));
};

/** The fill of search matches: different from all kinds' colours and from those of a comparison. */
export const HIT = '#e83ee0';
