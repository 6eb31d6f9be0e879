import { isValid, type ColumnData, type NumberColumn, type TextColumn } from './column.ts';

/** Row numbers for which `test` holds. */
export const rowsWhere = (size: number, test: (i: number) => boolean): Uint32Array => {
  const rows = new Uint32Array(size);
  let n = 0;
  for (let i = 0; i < size; i++) if (test(i)) rows[n++] = i;
  return rows.slice(0, n);
};

/** Keeps the rows that have a value: an absent value compares to nothing, whatever stands in its slot. */
const present = (rows: Uint32Array, { valid }: ColumnData): Uint32Array =>
  valid === undefined ? rows.slice() : rows.filter((row) => isValid(valid, row));

/** Row numbers whose value is at least `from` and below `to`; rows without a value never are. */
export const rowsBetween = (
  column: NumberColumn,
  size: number,
  { from = -Infinity, to = Infinity }: { readonly from?: number; readonly to?: number },
): Uint32Array => {
  const { values } = column;
  const rows = new Uint32Array(size);
  let n = 0;
  for (let i = 0; i < size; i++) {
    const value = values[i] as number;
    if (value >= from && value < to) rows[n++] = i;
  }
  return present(rows.subarray(0, n), column);
};

/** Row numbers whose text is one of `names`; rows without a text never are. */
export const rowsNamed = (column: TextColumn, size: number, names: ReadonlySet<string>): Uint32Array => {
  const wanted = Uint8Array.from(column.names, (name) => (names.has(name) ? 1 : 0));
  const rows = new Uint32Array(size);
  let n = 0;
  for (let i = 0; i < size; i++) if (wanted[column.codes[i] as number] === 1) rows[n++] = i;
  return present(rows.subarray(0, n), column);
};
