import type { JsonShape } from './json-shape.ts';

/** Where a reader of lines reads from and writes to. */
export interface ShapeRun {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the next line begins; behind the run, where the first line begins that was not read. */
  at: number;
  /** The first row to write, and the row before which it must stop. */
  readonly row: number;
  readonly until: number;
  /** By field: the numbers, or the codes of texts, by row. */
  readonly values: readonly Float64Array[];
  /** By field: the code of a text between two offsets. */
  readonly codes: readonly ((bytes: Uint8Array, from: number, to: number) => number)[];
  readonly times: Float64Array;
  /** When the bytes at an offset arrived. */
  readonly arrived: (at: number) => number;
}

/** Reads lines while they have the shape: returns the row behind the last one. */
export type ShapeReader = (run: ShapeRun) => number;

const [BACKSLASH, QUOTE, MINUS, ZERO, SPACE] = [92, 34, 45, 48, 32];
/** Decimal digits that an Int32 holds, and that 64-bit numbers have at most. */
const [SMALL, LONGEST] = [9, 20];
const POWERS = Float64Array.from({ length: LONGEST - SMALL + 1 }, (_, i) => 10 ** i);

const wholeNumber = (bytes: Uint8Array, from: number, to: number): number => Number(Buffer.from(bytes.subarray(from, to)).toString('latin1')); // prettier-ignore

/**
 * Code that leaves the loop unless these bytes are next. Eight compare as one double: those of text are never 0, and where they
 * are NaN they are never equal, so that the line is parsed. The last comparison may begin inside the one before.
 */
const expectBytes = (literal: Uint8Array<ArrayBuffer>): string => {
  const { length } = literal;
  const view = new DataView(literal.buffer, literal.byteOffset, length);
  const width = length >= 8 ? 8 : length >= 4 ? 4 : 1;
  const tests = Array.from({ length: Math.ceil(length / width) }, (_, i) => {
    const place = Math.min(i * width, length - width);
    if (width === 8) return `view.getFloat64(at + ${place}, true) !== ${view.getFloat64(place, true)}`;
    return width === 4
      ? `view.getUint32(at + ${place}, true) !== ${view.getUint32(place, true)}`
      : `bytes[at + ${place}] !== ${view.getUint8(place)}`;
  });
  return `if (at + ${length} > to || ${tests.join(' || ')}) break; at += ${length};`;
};

/** Code that finds the end of a text. Escapes are left to the parser, and so are control characters, which JSON does not have. */
const readText = (i: number): string => `
    from${i} = at;
    for (; at < to; at++) { digit = bytes[at]; if (digit === ${QUOTE} || digit === ${BACKSLASH} || digit < ${SPACE}) break; }
    to${i} = at;`;

/** Code that reads a whole number as JSON has it, without leading zeros; beyond 2 ** 53 as the parser rounds it. */
const readNumber = (i: number): string => `
    negative = at < to && bytes[at] === ${MINUS};
    if (negative) at++;
    first = at; high = 0;
    for (middle = Math.min(to, first + ${SMALL}); at < middle && (digit = bytes[at] - ${ZERO}) >= 0 && digit <= 9; at++) high = (Math.imul(high, 10) + digit) | 0;
    if (at === first || (at > first + 1 && bytes[first] === ${ZERO})) break;
    value = high;
    if (at === first + ${SMALL}) {
      low = 0;
      for (; at < to && (digit = bytes[at] - ${ZERO}) >= 0 && digit <= 9; at++) low = low * 10 + digit;
      if (at - first > ${LONGEST}) break;
      value = high * powers[at - first - ${SMALL}] + low;
      if (value > ${Number.MAX_SAFE_INTEGER}) value = wholeNumber(bytes, first, at);
    }
    values${i}[row] = negative ? -value : value;`;

const sourceOf = ({ isText, literals }: JsonShape): string => {
  const fields = [...isText.keys()];
  const texts = fields.filter((i) => isText[i] === true);
  const value = (i: number): string => (isText[i] === true ? readText(i) : readNumber(i));
  return `'use strict'; return (run) => {
  const { bytes, view, until, values, codes, times, arrived } = run;
  const to = bytes.length;
  const [${fields.map((i) => `values${i}`).join(', ')}] = values;
  ${texts.map((i) => `const code${i} = codes[${i}]; let from${i} = 0, to${i} = 0;`).join(' ')}
  let digit = 0, first = 0, middle = 0, high = 0, low = 0, value = 0, negative = false, row = run.row, begun = run.at;
  for (; row < until; row++) {
    let at = begun;
    ${literals.map((literal, i) => `${expectBytes(literal)}${i < fields.length ? value(i) : ''}`).join('\n    ')}
    ${texts.map((i) => `values${i}[row] = code${i}(bytes, from${i}, to${i});`).join(' ')}
    times[row] = arrived(begun);
    begun = at;
  }
  run.at = begun;
  return row;
};`;
};

/** Readers by their source; bounded, since a program can print new shapes without end. */
const known = new Map<string, ShapeReader>();
const MOST = 100;

// Generated, so that what a line must have is constants of the code: a loop over the same parts as data takes four times as
// long (290 instead of 70 ns per line of 110 bytes), JSON.parse fifteen times.
/** The reader of lines of a shape. Of its bytes only their numbers get into the code. */
export const shapeReader = (shape: JsonShape): ShapeReader => {
  const source = sourceOf(shape);
  let found = known.get(source);
  if (found === undefined) {
    if (known.size >= MOST) known.clear();
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- made of numbers only
    const make = new Function('powers', 'wholeNumber', source) as (powers: Float64Array, whole: typeof wholeNumber) => ShapeReader; // prettier-ignore
    found = make(POWERS, wholeNumber);
    known.set(source, found);
  }
  return found;
};
