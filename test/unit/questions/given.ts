import { type Table, valueAt } from '../../../src/lib/columns/column.ts';
import { growTable } from '../../../src/lib/columns/grow.ts';
import { type Reading, type Row, seconds } from '../../../src/lib/questions/question.ts';
import { readingOf } from '../../../src/lib/questions/reading.ts';
import { findSource } from '../../../src/lib/sources/list.ts';

export const host = { cpus: 2, memory: 1e9, pageSize: 4096 };

const tableOf = (source: string, rows: readonly Row[]): Table => {
  const docs = Object.entries(findSource(source).columns).map(([name, { counter: _, ...doc }]) => [name, doc] as const);
  const grower = growTable({ ...Object.fromEntries(docs), seconds });
  for (const row of rows) grower.push(row);
  return grower.table();
};

/** What a question reads if its sources gave these rows. No column is a counter, so rates are the rows themselves. */
export const reading = (rows: Readonly<Record<string, readonly Row[]>>): Reading =>
  readingOf(host, new Map(Object.entries(rows).map(([source, own]) => [source, tableOf(source, own)])));

/** The rows of a table, without absent values. */
export const rowsOf = (table: Table): readonly Row[] =>
  Array.from({ length: table.size }, (_, i) =>
    Object.fromEntries(
      Object.entries(table.data).flatMap(([name, column]) => {
        const value = valueAt(column, i);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  );
