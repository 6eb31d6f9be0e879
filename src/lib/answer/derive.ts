import type { ColumnData, ColumnDoc, Table } from '../columns/column.ts';
import { growNumbers, growText } from '../columns/grow.ts';
import { FridayError } from '../errors.ts';
import { shortCode } from './say.ts';

/** The result of a closure as a cell: booleans are 1 and 0, null and NaN are absent. */
export const asValue = (value: unknown, where: string): number | string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  throw new FridayError(
    'usage',
    `${where}: expected a number or a text, got ${Array.isArray(value) ? 'an array' : typeof value}`,
    {
      next: 'Give one number or one text per row.',
    },
  );
};

/** A column of computed values; the first value that is not absent decides its type. */
export const columnOf = (size: number, compute: (i: number) => unknown, where: string): ColumnData => {
  let column: ReturnType<typeof growNumbers> | ReturnType<typeof growText> | undefined;
  for (let i = 0; i < size; i++) {
    const value = asValue(compute(i), where);
    if (column === undefined) {
      if (value === undefined) continue;
      column = typeof value === 'string' ? growText() : growNumbers();
      for (let before = 0; before < i; before++) column.push(undefined);
    }
    if (column.kind === 'text') column.push(value === undefined ? undefined : String(value));
    else column.push(typeof value === 'string' ? mixed(where) : value);
  }
  return (column ?? absent(size)).column();
};

const absent = (size: number): ReturnType<typeof growNumbers> => {
  const column = growNumbers();
  for (let i = 0; i < size; i++) column.push(undefined);
  return column;
};

const mixed = (where: string): never => {
  throw new FridayError('usage', `${where}: expected numbers as in the rows before, got a text`, {
    next: 'Give the same type for every row; undefined where there is no value.',
  });
};

/** The declaration of a computed column: what the caller declares, else no unit and its code as the doc. */
export const derivedDoc = (name: string, compute: unknown, given: Partial<ColumnDoc> = {}): ColumnDoc => ({
  unit: '',
  doc: `${name}: ${shortCode(compute)}`,
  ...given,
});

/** The table with more columns; a column of the same name is replaced. */
export const withColumns = (
  table: Table,
  added: Readonly<Record<string, { readonly column: ColumnData; readonly doc: ColumnDoc }>>,
): Table => ({
  size: table.size,
  data: { ...table.data, ...Object.fromEntries(Object.entries(added).map(([name, { column }]) => [name, column])) },
  docs: { ...table.docs, ...Object.fromEntries(Object.entries(added).map(([name, { doc }]) => [name, doc])) },
});
