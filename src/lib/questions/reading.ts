import { type ColumnDoc, type Table, valueAt } from '../columns/column.ts';
import { noValues } from '../columns/compute.ts';
import { rates } from '../columns/rate.ts';
import { findSource } from '../sources/list.ts';
import type { HostShape, Reading } from './question.ts';

function* rowsOf(table: Table): Generator<object> {
  const columns = Object.entries(table.data);
  for (let i = 0; i < table.size; i++) {
    yield Object.fromEntries(columns.map(([name, column]) => [name, valueAt(column, i)]));
  }
}

/** Whether every reading has a column, named or not: keys and times. */
const isAlways = (doc: ColumnDoc | undefined): boolean =>
  doc?.key === true || doc?.clock !== undefined || doc?.span === true;

/** The table with the named columns, its keys and its times only. */
const only = (table: Table, names: readonly string[] | undefined): Table => {
  if (names === undefined) return table;
  const wanted = new Set(names);
  const kept = Object.entries(table.data).filter(([name]) => wanted.has(name) || isAlways(table.docs[name]));
  return { ...table, data: Object.fromEntries(kept) };
};

/** The table with a column without values for each name that it does not have. */
const complete = (table: Table, names: readonly string[]): Table => {
  const missing = names.filter((name) => !Object.hasOwn(table.data, name));
  if (missing.length === 0) return table;
  const added = missing.map((name) => [name, noValues(table.size, table.docs[name])] as const);
  return { ...table, data: { ...table.data, ...Object.fromEntries(added) } };
};

/** What a question reads, from the tables of its sources; a source that was not recorded has no rows. */
export const readingOf = (host: HostShape, tables: ReadonlyMap<string, Table>): Reading => {
  const tableOf = (source: string, columns: readonly string[] | undefined): Table =>
    only(tables.get(source) ?? { size: 0, data: {}, docs: findSource(source).columns }, columns);
  const every = (source: string, columns: readonly string[] | undefined): readonly string[] => {
    const { columns: docs } = findSource(source);
    return columns === undefined
      ? Object.keys(docs)
      : [...Object.keys(docs).filter((name) => isAlways(docs[name])), ...columns];
  };
  const reading = {
    host,
    rows: (source: string, columns?: readonly string[]) => rowsOf(tableOf(source, columns)),
    rates: (source: string, columns?: readonly string[]) => rowsOf(rates(tableOf(source, columns))),
    table: (source: string, columns?: readonly string[]) => complete(tableOf(source, columns), every(source, columns)),
    rateTable: (source: string, columns?: readonly string[]) =>
      complete(rates(tableOf(source, columns)), [...every(source, columns), 'seconds']),
  };
  // The types of rows follow from the declarations of the sources, whose decoders fill the tables.
  return reading as unknown as Reading;
};
