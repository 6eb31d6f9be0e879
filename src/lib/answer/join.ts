import type { ColumnData, ColumnDoc, Table } from '../columns/column.ts';
import { matchInTime } from '../columns/join.ts';
import { takeColumn } from '../columns/take.ts';
import { FridayError } from '../errors.ts';
import { clockShift, type Sourced } from './clock.ts';
import { columnFor } from './names.ts';

const noTime = (where: string): never => {
  throw new FridayError('usage', `${where}: expected two answers whose rows have a time, got one without`, {
    next: 'Join before groupby, while rows still have their time.',
  });
};

/** Rows of a host are joined with rows of the same host only. */
const keysFor = (table: Table, other: Table, by: readonly string[]): readonly string[] =>
  'host' in table.data && 'host' in other.data && !by.includes('host') ? ['host', ...by] : by;

/** The columns of the other table at the matched rows, as 'name.column'. */
const columnsBelow = (name: string, other: Table, rows: Int32Array): [string, ColumnData, ColumnDoc][] =>
  Object.entries(other.data).map(([column, data]) => {
    const { key: _, ...doc } = other.docs[column] ?? { unit: '', doc: column };
    return [`${name}.${column}`, takeColumn(data, rows), { ...doc, within: [name, ...(doc.within ?? [])] }];
  });

/**
 * Each row with the matching row of each other answer (see `matchInTime`) in columns 'name.column', and the largest clock
 * error in seconds.
 */
export const joinTables = (
  own: Sourced,
  others: Readonly<Record<string, Sourced>>,
  { by, within }: { readonly by: readonly string[]; readonly within: number | undefined },
): { readonly table: Table; readonly error: number } => {
  const { table } = own;
  for (const name of by) columnFor(table, name, 'joinTime by');
  const data: Record<string, ColumnData> = { ...table.data };
  const docs: Record<string, ColumnDoc> = { ...table.docs };
  let worst = 0;
  for (const [name, other] of Object.entries(others)) {
    const where = `joinTime ${name}`;
    if (name in data) {
      throw new FridayError('usage', `${where}: expected a name that is not a column, got the name of a column`, {
        next: 'Join it under another name.',
      });
    }
    for (const key of by) columnFor(other.table, key, `${where} by`);
    const { seconds: shift, error } = clockShift(own, other, where, within);
    worst = Math.max(worst, error);
    const keys = keysFor(table, other.table, by);
    const rows =
      matchInTime(table, other.table, within === undefined ? { by: keys, shift } : { by: keys, shift, within }) ??
      noTime(where);
    for (const [column, taken, doc] of columnsBelow(name, other.table, rows)) {
      data[column] = taken;
      docs[column] = doc;
    }
  }
  return { table: { size: table.size, data, docs }, error: worst };
};
