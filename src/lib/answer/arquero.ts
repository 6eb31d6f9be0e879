import { createRequire } from 'node:module';
import type { ColumnTable } from 'arquero';
import { isValid, valueAt, type ColumnData, type Table } from '../columns/column.ts';

/** Loaded at first use: loading it takes longer than everything else that an answer does. */
const load = (): typeof import('arquero') => createRequire(import.meta.url)('arquero') as typeof import('arquero');

/** Dictionary-coded text with the interface that arquero needs (`at` and iteration), without a copy. */
const textColumn = (column: ColumnData, size: number) => ({
  length: size,
  at: (i: number) => valueAt(column, i),
  *[Symbol.iterator]() {
    for (let i = 0; i < size; i++) yield valueAt(column, i);
  },
});

/** Numbers for arquero: without a copy if no value is absent, else absent values become NaN, which its aggregates skip. */
const numberColumn = (column: ColumnData & { readonly kind: 'number' }, size: number) => {
  const values = column.values.subarray(0, size);
  const { valid } = column;
  if (valid === undefined) return values;
  return Float64Array.from(values, (value, i) => (isValid(valid, i) ? value : NaN));
};

/** The table as an arquero table. Absent numbers become NaN and absent texts undefined, which its aggregates skip. */
export const asArquero = ({ data, size }: Table): ColumnTable =>
  load().table(
    Object.entries(data).map(([name, column]) => [
      name,
      column.kind === 'number' ? numberColumn(column, size) : textColumn(column, size),
    ]),
  );
