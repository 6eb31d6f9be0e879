import type { ColumnData, NumberColumn } from '../../columns/column.ts';
import { growNumbers, growText } from '../../columns/grow.ts';
import { internTexts, type ByteTexts } from '../../bytes/texts.ts';
import { bitsOf } from '../../columns/exact.ts';
import type { Cell } from './cells.ts';

/** The values of one printed field, by row, in ascending order: numbers or texts as they come, and both as texts. */
export interface FieldColumn {
  readonly numbers: NumbersByRow;
  /** The numbers of its texts. */
  readonly codes: NumbersByRow;
  /** The number of a text of UTF-8 between two offsets. */
  readonly code: (bytes: Uint8Array, from: number, to: number) => number;
  cell(row: number, value: Cell): void;
  /** An integer that may be beyond 2^53: all its digits are kept. */
  integer(row: number, value: bigint): void;
  /** A text of UTF-8 between two offsets. */
  bytes(row: number, bytes: Uint8Array, from: number, to: number): void;
  /** Whether all values are numbers. */
  readonly ofNumbers: boolean;
  column(rows: number): ColumnData;
}

const START = 1024;

/** Numbers by row, NaN where there is none. Plain memory: a grower's push costs as much as reading the number. */
export const numbersByRow = () => {
  let values = new Float64Array(0);
  let size = 0;
  const room = (rows: number): Float64Array => {
    if (rows > values.length) {
      const wider = new Float64Array(Math.max(START, rows, values.length * 2));
      wider.set(values.subarray(0, size));
      values = wider;
    }
    return values;
  };
  const filled = (from: number, to: number): void => {
    if (to <= from) return;
    if (from > size) values.fill(NaN, size, from);
    size = to;
  };
  return {
    get size() {
      return size;
    },
    /** The memory, with room for so many rows. */
    room,
    /** Tells that rows of that memory were written. */
    filled,
    set(row: number, value: number): void {
      room(row + 1)[row] = value;
      filled(row, row + 1);
    },
    at: (row: number): number | undefined => (row < size && !Number.isNaN(values[row]) ? values[row] : undefined),
    column(rows: number): NumberColumn {
      const all = values.subarray(0, rows);
      if (size >= rows && !all.includes(NaN)) return { kind: 'number', values: all };
      const numbers = growNumbers(Float64Array);
      for (let i = 0; i < rows; i++) numbers.push(i < size ? values[i] : undefined); // NaN is absent
      return numbers.column();
    },
  };
};

export type NumbersByRow = ReturnType<typeof numbersByRow>;

/** 64 bits by row, kept from the first number on that needs them. */
const wideByRow = () => {
  let bits = new BigUint64Array(0);
  let beyond = false;
  return {
    set(row: number, value: bigint): void {
      if (row >= bits.length) {
        const wider = new BigUint64Array(Math.max(START, row + 1, bits.length * 2));
        wider.set(bits);
        bits = wider;
      }
      bits[row] = BigInt.asUintN(64, value);
      beyond ||= !Number.isSafeInteger(Number(value));
    },
    /** The column with all digits, if one of its numbers needs them. */
    exactly(column: NumberColumn, rows: number): NumberColumn {
      if (!beyond) return column;
      const exact = new BigUint64Array(rows);
      for (let row = 0; row < rows; row++) exact[row] = bits[row] || bitsOf(column.values[row]); // 0: none was kept
      return { ...column, exact };
    },
    at: (row: number): bigint | undefined => bits[row] || undefined, // 0: none was kept
  };
};

const toLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const fromLatin1 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

export const fieldColumn = (): FieldColumn => {
  // Made with the first text: a file may have thousands of fields, most of them numbers.
  let known: ByteTexts | undefined;
  const texts = (): ByteTexts => (known ??= internTexts());
  const numbers = numbersByRow();
  const wide = wideByRow();
  const codes = numbersByRow();
  const textAt = (row: number): string | undefined => {
    const code = codes.at(row);
    if (code !== undefined) return fromLatin1(texts().text(code));
    const number = numbers.at(row);
    if (number === undefined) return undefined;
    const bits = Number.isSafeInteger(number) ? undefined : wide.at(row);
    return String(bits === undefined ? number : number < 0 ? BigInt.asIntN(64, bits) : bits);
  };
  return {
    numbers,
    codes,
    code: (bytes, from, to) => texts().intern(bytes, from, to),
    cell: (row, value) => {
      if (typeof value === 'number') numbers.set(row, value);
      else if (typeof value === 'string') codes.set(row, texts().add(toLatin1(value)));
    },
    integer: (row, value) => {
      numbers.set(row, Number(value));
      wide.set(row, value);
    },
    bytes: (row, bytes, from, to) => { codes.set(row, texts().intern(bytes, from, to)); }, // prettier-ignore
    get ofNumbers() {
      return codes.size === 0;
    },
    column(rows) {
      if (codes.size === 0) return wide.exactly(numbers.column(rows), rows);
      const names = Array.from({ length: texts().size }, (_, id) => fromLatin1(texts().text(id)));
      // Different bytes may be the same text, if they are not UTF-8.
      if (numbers.size > 0 || new Set(names).size < names.length) {
        const all = growText();
        for (let i = 0; i < rows; i++) all.push(textAt(i));
        return all.column();
      }
      const { values, valid } = codes.column(rows);
      return { kind: 'text', codes: new Uint32Array(values), names, ...(valid === undefined ? {} : { valid }) };
    },
  };
};
