import type { ColumnData, ColumnDoc, Table } from '../columns/column.ts';
import { bitsOf, fitsBits } from '../columns/exact.ts';
import type { NumberGrower, TextGrower } from '../columns/grow.ts';
import { growNumbers, growText } from '../columns/grow.ts';

/** Cell types of decoders; a bigint is a count above 2 ** 53. */
export type RowValue = number | string | bigint | undefined;
export type RowValues = Readonly<Record<string, RowValue>>;

/** A table that grows by rows and by columns: files of newer kernels may have names that were not declared. */
export interface RowGrower {
  push(row: RowValues, t?: number): void;
  table(): Table;
}

/** A column: with unit '' it holds text, with other units numbers; values beyond 2 ** 53 are also kept exactly. */
const growColumn = (text: boolean, before: number) => {
  const grower: NumberGrower | TextGrower = text ? growText() : growNumbers();
  const large = new Map<number, bigint>();
  for (let i = 0; i < before; i++) grower.push(undefined);
  return {
    push(cell: RowValue): void {
      if (grower.kind === 'text') grower.push(cell === undefined ? undefined : String(cell));
      else {
        if (typeof cell === 'bigint' && fitsBits(cell)) large.set(grower.size, cell);
        grower.push(cell === undefined ? undefined : Number(cell));
      }
    },
    column(): ColumnData {
      const column = grower.column();
      if (column.kind === 'text' || large.size === 0) return column;
      const exact = BigUint64Array.from(column.values, bitsOf);
      for (const [row, value] of large) exact[row] = bitsOf(value);
      return { ...column, exact };
    },
  };
};

/** A table with the columns of `docs`, then those that `extra` describes for names found in rows. */
export const growRows = (
  docs: Readonly<Record<string, ColumnDoc>>,
  extra: (name: string) => ColumnDoc | undefined,
): RowGrower => {
  const known: Record<string, ColumnDoc> = { ...docs };
  const columns = new Map(Object.entries(docs).map(([name, { unit }]) => [name, growColumn(unit === '', 0)]));
  let size = 0;
  const admit = (name: string): void => {
    const doc = extra(name);
    if (!doc) return;
    known[name] = doc;
    columns.set(name, growColumn(doc.unit === '', size));
  };
  return {
    push(row, t) {
      for (const name in row) if (!columns.has(name)) admit(name);
      for (const [name, column] of columns) column.push(name === 't' && t !== undefined ? t : row[name]);
      size++;
    },
    table: () => ({
      size,
      docs: { ...known },
      data: Object.fromEntries([...columns].map(([name, column]) => [name, column.column()])),
    }),
  };
};
