import { isDeepStrictEqual } from 'node:util';

/** Lines of printed JSON objects that differ only in their values. */
export interface JsonShape {
  /** The names of its fields, in order. */
  readonly fields: readonly string[];
  /** Which of the fields are texts; the others are whole numbers. */
  readonly isText: readonly boolean[];
  /** The bytes before each value, and those behind the last one. */
  readonly literals: readonly Uint8Array<ArrayBuffer>[];
}

/** A field in a JSON string: its name, and a whole number or a text without escapes. */
const FIELD = /\\"([^"\\]*)\\" *: *(?:(-?\d{1,20})(?=[,} ])|\\"([^"\\]*)\\")/g;
/** A longer line, or one with more fields, is parsed each time: code is made for a shape. */
const [LONGEST, MOST] = [4096, 100];

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));

/** The constant parts of a line `{\"pid\": 7, \"comm\": \"sh\"}\n"}`. */
const partsOf = (line: string): JsonShape => {
  const fields: string[] = [];
  const literals: Uint8Array<ArrayBuffer>[] = [];
  const isText: boolean[] = [];
  let at = 0;
  for (const { 0: found, 1: name = '', 2: number, 3: text = '', index } of line.matchAll(FIELD)) {
    const length = number === undefined ? text.length + 2 : number.length;
    const start = index + found.length - length;
    literals.push(bytesOf(line.slice(at, start)));
    fields.push(name);
    isText.push(number === undefined);
    at = number === undefined ? index + found.length - 2 : start + length;
  }
  literals.push(bytesOf(line.slice(at)));
  return { fields, literals, isText };
};

/**
 * The shape of a line of bpftrace, with its end, and of the object that it prints; undefined if that has other values than
 * numbers and plain texts. A line with the same text around its values, and values of the same kinds, parses to the same fields.
 */
export const shapeOf = (line: string, object: Readonly<Record<string, unknown>>): JsonShape | undefined => {
  if (line.length > LONGEST) return undefined;
  const shape = partsOf(line);
  const { fields, isText } = shape;
  if (fields.length === 0 || fields.length > MOST) return undefined;
  const isWhole = isDeepStrictEqual(Object.keys(object), fields) && Object.values(object).every((value, i) => typeof value === (isText[i] === true ? 'string' : 'number')); // prettier-ignore
  return isWhole ? shape : undefined;
};
