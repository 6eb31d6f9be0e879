import { FRAME_COLOURS } from '../mime.ts';

type Rgb = readonly [number, number, number];

const parse = (hex: string): Rgb => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
const write = (rgb: readonly number[]): string =>
  `#${rgb
    .map((part) =>
      Math.round(Math.min(255, Math.max(0, part)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/** FNV-1a hash of the name: equal names get equal shades in every figure. */
const hash = (name: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
};

const mixed = (from: Rgb, to: Rgb, share: number): number[] =>
  from.map((part, i) => part + ((to[i] ?? 0) - part) * share);

/** The fill of a frame: the colour of its kind, lighter or darker by its name so that neighbours differ. */
export const frameColour = (kind: number, name: string): string => {
  const shade = 1 + ((hash(name) % 1000) / 1000 - 0.5) * 0.16;
  return write(parse(FRAME_COLOURS[kind] ?? FRAME_COLOURS[2]).map((part) => part * shade));
};

const SAME: Rgb = [226, 226, 222];
const MORE: Rgb = [236, 112, 20];
const LESS: Rgb = [66, 146, 214];

/**
 * The fill of a frame whose share changed by `change`, where `most` is the largest change: orange for more, blue for
 * less, grey for equal (no red and green: one man in twelve cannot tell them apart). Changes within the noise are pale.
 */
export const changeColour = (change: number, most: number, sure: boolean): string => {
  if (change === 0 || most === 0) return write(SAME);
  const strength = Math.min(1, Math.sqrt(Math.abs(change) / most));
  return write(mixed(SAME, change > 0 ? MORE : LESS, sure ? 0.35 + 0.65 * strength : 0.18 * strength));
};
