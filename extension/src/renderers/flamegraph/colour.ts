import { FRAME_COLOURS } from '../../../../src/lib/mime.ts';

/** FNV-1a, so that a name has one shade in every picture. */
const hash = (name: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
};

const parts = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const rgb = (values: readonly number[]): string =>
  `rgb(${values.map((value) => Math.round(Math.max(0, Math.min(255, value)))).join(',')})`;

/** Fill of a frame by kind, its shade by name. Shades are few, so that equal fills can be drawn together. */
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

/** Orange where a share grew, blue where it shrank, pale within the noise. */
export const changeColour = (change: number, most: number, sure: boolean): string => {
  if (change === 0 || most === 0) return rgb(SAME);
  const strength = Math.min(1, Math.sqrt(Math.abs(change) / most));
  const share = sure ? 0.35 + 0.65 * strength : 0.18 * strength;
  const to = change > 0 ? MORE : LESS;
  return rgb(SAME.map((value, i) => value + ((to[i] ?? 0) - value) * share));
};

/** What a search hit is filled with: far from every kind's colour and from both of a comparison's. */
export const HIT = '#e83ee0';
