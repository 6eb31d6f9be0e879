import type { ColumnData, NumberColumn } from '../../columns/column.ts';
import { growNumbers, growText } from '../../columns/grow.ts';
import { internTexts } from '../../bytes/texts.ts';
import type { Cell } from '../formats/cells.ts';

/** The values of one field of printed objects, by row: numbers or texts as they come, and both as texts. */
export interface FieldColumn {
  number(row: number, value: number): void;
  /** A text of UTF-8 between two offsets. */
  bytes(row: number, bytes: Uint8Array, from: number, to: number): void;
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
  let hasGaps = false;
  return {
    get size() {
      return size;
    },
    set(row: number, value: number): void {
      if (row >= values.length) {
        const wider = new Float64Array(Math.max(START, row + 1, values.length * 2));
        wider.set(values.subarray(0, size));
        values = wider;
      }
      if (row > size) {
        values.fill(NaN, size, row);
        hasGaps = true;
      }
      if (value !== value) hasGaps = true;
      values[row] = value;
      size = row + 1;
    },
    at: (row: number): number | undefined => (row < size && !Number.isNaN(values[row]) ? values[row] : undefined),
    column(rows: number): NumberColumn {
      if (!hasGaps && size >= rows) return { kind: 'number', values: values.subarray(0, rows) };
      const numbers = growNumbers(Float64Array);
      for (let i = 0; i < rows; i++) numbers.push(i < size ? values[i] : undefined); // NaN is absent
      return numbers.column();
    },
  };
};

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
    number: (row, value) => { numbers.set(row, value); }, // prettier-ignore
    bytes: (row, bytes, from, to) => { codes.set(row, texts.intern(bytes, from, to)); }, // prettier-ignore
    cell: (row, value) => {
      if (typeof value === 'number') numbers.set(row, value);
      else if (typeof value === 'string') codes.set(row, texts.add(toLatin1(value)));
    },
    get ofNumbers() {
      return codes.size === 0;
    },
    column(rows) {
      if (codes.size === 0) return numbers.column(rows);
      if (numbers.size > 0) {
        const both = growText();
        for (let i = 0; i < rows; i++) both.push(textAt(i));
        return both.column();
      }
      const { values, valid } = codes.column(rows);
      const names = Array.from({ length: texts.size }, (_, id) => fromLatin1(texts.text(id)));
      return { kind: 'text', codes: new Uint32Array(values), names, ...(valid === undefined ? {} : { valid }) };
    },
  };
};
