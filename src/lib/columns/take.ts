import { isValid, type ColumnData, type NumberColumn, type Table, type Validity } from './column.ts';
import { picked, type Rows } from './picked.ts';
import { markValid, noneValid, withValid } from './validity.ts';

const gatherValid = (valid: Validity | undefined, rows: Rows): Validity | undefined => {
  if (valid === undefined && rows instanceof Uint32Array) return undefined;
  const bits = noneValid(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (row < 0 || !isValid(valid, row)) continue;
    markValid(bits, i);
    count++;
  }
  return count === rows.length ? undefined : bits;
};

/** The exact values of a number column, where it has them, at the given rows. */
const gatherExact = ({ exact }: NumberColumn, rows: Rows): Pick<NumberColumn, 'exact'> =>
  exact === undefined ? {} : { exact: BigUint64Array.from(rows, (row) => exact[row] ?? 0n) };

/** The given rows of a column, in the given order. */
export const takeColumn = (column: ColumnData, rows: Rows): ColumnData => {
  const valid = gatherValid(column.valid, rows);
  return column.kind === 'number'
    ? withValid({ ...column, values: picked(column.values, rows), ...gatherExact(column, rows) }, valid)
    : withValid({ ...column, codes: picked(column.codes, rows) }, valid);
};

/** The same table with each column replaced. */
export const mapColumns = (
  table: Table,
  size: number,
  to: (column: ColumnData, name: string) => ColumnData,
): Table => ({
  size,
  docs: table.docs,
  data: Object.fromEntries(Object.entries(table.data).map(([name, column]) => [name, to(column, name)])),
});

/** The same rows as Uint32Array if none is -1: no column then needs a bitmap, and each is copied by a loop of its type. */
const simplest = (rows: Rows): Rows =>
  rows instanceof Int32Array && rows.every((row) => row >= 0) ? Uint32Array.from(rows) : rows;

/** The given rows of a table, in the given order. */
export const takeRows = (table: Table, rows: Rows): Table => {
  const taken = simplest(rows);
  return mapColumns(table, rows.length, (column) => takeColumn(column, taken));
};

/** The first `n` rows, sharing memory with the table. */
export const firstRows = (table: Table, n: number): Table =>
  n >= table.size
    ? table
    : mapColumns(table, n, (column) =>
        column.kind === 'number'
          ? { ...column, values: column.values.subarray(0, n) }
          : { ...column, codes: column.codes.subarray(0, n) },
      );
