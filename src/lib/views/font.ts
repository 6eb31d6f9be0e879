import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../paths.ts';

const file = (name: string): string => join(packageRoot, 'assets', 'fonts', name);

/** The fonts of PNG and SVG figures. */
export const FONT_FILES = { normal: file('Inter-Regular.otf'), bold: file('Inter-SemiBold.otf') } as const;

type Weight = keyof typeof FONT_FILES;

/**
 * The advance width of each character in em, by code point. https://learn.microsoft.com/typography/opentype/spec/otff
 */
const widthsIn = (bytes: Buffer): ((char: number) => number) => {
  const tables = new Map<string, number>();
  for (let i = 0, at = 12; i < bytes.readUInt16BE(4); i++, at += 16) {
    tables.set(bytes.toString('latin1', at, at + 4), bytes.readUInt32BE(at + 8));
  }
  const at = (name: string): number => tables.get(name) ?? 0;
  const em = bytes.readUInt16BE(at('head') + 18);
  const metrics = bytes.readUInt16BE(at('hhea') + 34);
  const glyphs = charToGlyph(bytes, at('cmap'));
  return (char) => {
    const glyph = Math.min(glyphs.get(char) ?? 0, metrics - 1);
    return bytes.readUInt16BE(at('hmtx') + glyph * 4) / em;
  };
};

/** The glyph of each character, from the cmap subtable of format 12, which covers all of Unicode. */
const charToGlyph = (bytes: Buffer, cmap: number): ReadonlyMap<number, number> => {
  const glyphs = new Map<number, number>();
  for (let i = 0; i < bytes.readUInt16BE(cmap + 2); i++) {
    const table = cmap + bytes.readUInt32BE(cmap + 8 + i * 8);
    if (bytes.readUInt16BE(table) !== 12) continue;
    for (let g = 0, at = table + 16; g < bytes.readUInt32BE(table + 12); g++, at += 12) {
      const [first, last, glyph] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4), bytes.readUInt32BE(at + 8)];
      for (let char = first; char <= last; char++) glyphs.set(char, glyph + char - first);
    }
  }
  return glyphs;
};

const loaded = new Map<Weight, (char: number) => number>();

/** The width of a drawn text in pixels. Fonts are read at first use. */
export const textWidth = (text: string, size: number, weight: Weight = 'normal'): number => {
  let width = loaded.get(weight);
  if (width === undefined) loaded.set(weight, (width = widthsIn(readFileSync(FONT_FILES[weight]))));
  let sum = 0;
  for (const char of text) sum += width(char.codePointAt(0) ?? 0);
  return sum * size;
};

/** Shortens a text to a width in pixels by dropping its middle: names mostly differ at their ends. */
export const fitText = (text: string, pixels: number, size: number): string => {
  if (textWidth(text, size) <= pixels) return text;
  const chars = Array.from(text);
  for (let keep = chars.length - 2; keep > 2; keep--) {
    const head = Math.ceil(keep * 0.5);
    const short = `${chars.slice(0, head).join('')}…${chars.slice(chars.length - (keep - head)).join('')}`;
    if (textWidth(short, size) <= pixels) return short;
  }
  return '…';
};

/** The space between a number and its unit, where a line must not break. */
const UNIT = /(?<=\d) (?=(?:%|[a-zµ]+)(?:\/s)?(?:[,;:.)]|\s|$))/gi;

/** Wraps words into lines of at most this many pixels. */
export const inLines = (text: string, pixels: number, size: number, weight: Weight = 'normal'): string[] => {
  const lines: string[] = [];
  for (const word of text.replace(UNIT, '\u00a0').split(/ +/)) {
    const joined = `${lines.at(-1) ?? ''} ${word}`.trimStart();
    if (lines.length > 0 && textWidth(joined, size, weight) <= pixels) lines[lines.length - 1] = joined;
    else lines.push(fitText(word, pixels, size));
  }
  return lines;
};
