import type { ColumnData, NumberColumn } from '../../columns/column.ts';
import { growNumbers, growText } from '../../columns/grow.ts';
import { internTexts } from '../../bytes/texts.ts';
import type { Cell } from '../formats/cells.ts';

/** The values of one field of printed objects, by row: numbers or texts as they come, and both as texts. */
export interface FieldColumn {
  readonly numbers: NumbersByRow;
  /** The numbers of its texts. */
  readonly codes: NumbersByRow;
  /** The number of a text of UTF-8 between two offsets. */
  readonly code: (bytes: Uint8Array, from: number, to: number) => number;
  cell(row: number, value: Cell): void;
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

const toLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const fromLatin1 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

export const fieldColumn = (): FieldColumn => {
  const texts = internTexts();
  const numbers = numbersByRow();
  const codes = numbersByRow();
  const textAt = (row: number): string | undefined => {
    const code = codes.at(row);
    return code === undefined ? numbers.at(row)?.toString() : fromLatin1(texts.text(code));
  };
  return {
    numbers,
    codes,
    code: (bytes, from, to) => texts.intern(bytes, from, to),
    cell: (row, value) => {
      if (typeof value === 'number') numbers.set(row, value);
      else if (typeof value === 'string') codes.set(row, texts.add(toLatin1(value)));
    },
    get ofNumbers() {
      return codes.size === 0;
    },
    column(rows) {
      if (codes.size === 0) return numbers.column(rows);
      const names = Array.from({ length: texts.size }, (_, id) => fromLatin1(texts.text(id)));
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
