import { isDeepStrictEqual } from 'node:util';

/** Where the values of a line are: takes them in the order of the fields. */
export interface ShapeValues {
  number(field: number, value: number): void;
  text(field: number, from: number, to: number): void;
}

/** Printed JSON objects whose lines differ only in their values. */
export interface JsonShape {
  /** The names of its fields, in order. */
  readonly fields: readonly string[];
  /** Where a line of this shape that begins at `from` ends, before `to`; only then its values are given. Otherwise -1. */
  read(bytes: Uint8Array, from: number, to: number, values: ShapeValues): number;
}

/** A field in a JSON string: its name, and a whole number or a text without escapes. */
const FIELD = /\\"([^"\\]*)\\" *: *(?:(-?\d{1,15})(?=[,} ])|\\"([^"\\]*)\\")/g;

const [BACKSLASH, QUOTE, MINUS, ZERO] = [92, 34, 45, 48];
const DIGITS = 15;

interface Slots {
  readonly fields: readonly string[];
  /** What stands before each value, and behind the last one. */
  readonly literals: readonly Uint8Array[];
  readonly isText: readonly boolean[];
}

/** The constant parts of a line `{\"pid\": 7, \"comm\": \"sh\"}\n"}`. */
const slotsOf = (line: string): Slots => {
  const fields: string[] = [];
  const literals: Uint8Array[] = [];
  const isText: boolean[] = [];
  let at = 0;
  for (const { 0: found, 1: name = '', 2: number, 3: text = '', index } of line.matchAll(FIELD)) {
    const length = number === undefined ? text.length + 2 : number.length;
    const start = index + found.length - length;
    literals.push(Buffer.from(line.slice(at, start)));
    fields.push(name);
    isText.push(number === undefined);
    at = number === undefined ? index + found.length - 2 : start + length;
  }
  literals.push(Buffer.from(line.slice(at)));
  return { fields, literals, isText };
};

/** Bytes to compare with: four at a time, then the rest. A line is mostly what stands around its values. */
interface Literal {
  readonly words: Uint32Array;
  readonly rest: Uint8Array;
  readonly length: number;
}

const WORD = 4;

const literalOf = (bytes: Uint8Array): Literal => {
  const words = Math.floor(bytes.length / WORD);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    words: Uint32Array.from({ length: words }, (_, i) => view.getUint32(i * WORD, true)),
    rest: bytes.subarray(words * WORD),
    length: bytes.length,
  };
};

const isAt = (view: DataView, from: number, { words, rest, length }: Literal): boolean => {
  if (from + length > view.byteLength) return false;
  let at = from;
  for (let i = 0; i < words.length; i++, at += WORD) if (view.getUint32(at, true) !== words[i]) return false;
  for (let i = 0; i < rest.length; i++) if (view.getUint8(at + i) !== rest[i]) return false;
  return true;
};

/**
 * The shape of a line of bpftrace, with its end, and of the object that it prints; undefined if that has other values than
 * numbers and plain texts. A line with the same text around its values, and values of the same kinds, parses to the same fields.
 */
export const shapeOf = (line: string, object: Readonly<Record<string, unknown>>): JsonShape | undefined => {
  const { fields, literals: texts, isText } = slotsOf(line);
  const isWhole = isDeepStrictEqual(Object.keys(object), fields) && Object.values(object).every((value, i) => typeof value === (isText[i] === true ? 'string' : 'number')); // prettier-ignore
  if (fields.length === 0 || !isWhole) return undefined;
  const n = fields.length;
  const starts = new Int32Array(n);
  const ends = new Int32Array(n);
  const found = new Float64Array(n);
  const literals = texts.map(literalOf);
  const last = literals[n] ?? literalOf(new Uint8Array());
  let known: Uint8Array | undefined;
  let view: DataView = new DataView(new ArrayBuffer(0));
  const scan = (bytes: Uint8Array, from: number, to: number): number => {
    if (bytes !== known) view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    known = bytes;
    let at = from;
    for (let i = 0; i < n; i++) {
      const literal = literals[i] ?? last;
      if (!isAt(view, at, literal)) return -1;
      at += literal.length;
      const start = at;
      if (isText[i] === true) {
        while (at < to && bytes[at] !== BACKSLASH && bytes[at] !== QUOTE) at++;
        starts[i] = start;
        ends[i] = at;
        continue;
      }
      const negative = bytes[at] === MINUS;
      if (negative) at++;
      const first = at;
      let value = 0;
      for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9 && at < to; digit = (bytes[++at] ?? 0) - ZERO) value = value * 10 + digit; // prettier-ignore
      // JSON has no leading zeros, and more digits may not be exact.
      if (at === first || at - first > DIGITS || (bytes[first] === ZERO && at - first > 1)) return -1;
      found[i] = negative ? -value : value;
    }
    return at + last.length <= to && isAt(view, at, last) ? at + last.length : -1;
  };
  return {
    fields,
    read(bytes, from, to, values) {
      const end = scan(bytes, from, to);
      if (end < 0) return end;
      for (let i = 0; i < n; i++) {
        if (isText[i] === true) values.text(i, starts[i] ?? 0, ends[i] ?? 0);
        else values.number(i, found[i] ?? 0);
      }
      return end;
    },
  };
};
