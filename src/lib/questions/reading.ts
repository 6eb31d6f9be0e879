import { type Table, valueAt } from '../columns/column.ts';
import { growTable } from '../columns/grow.ts';
import { rates } from '../columns/rate.ts';
import type { HostShape, Question, Reading, Row } from './question.ts';

function* rowsOf(table: Table): Generator<Row> {
  const columns = Object.entries(table.data);
  for (let i = 0; i < table.size; i++) {
    yield Object.fromEntries(columns.map(([name, column]) => [name, valueAt(column, i)]));
  }
}

/** The table with the named columns, its keys and its times only. */
const only = (table: Table, names: readonly string[] | undefined): Table => {
  if (names === undefined) return table;
  const wanted = new Set(names);
  const kept = Object.entries(table.data).filter(([name]) => {
    const doc = table.docs[name];
    return wanted.has(name) || doc?.key === true || doc?.clock !== undefined || doc?.span === true;
  });
  return { ...table, data: Object.fromEntries(kept) };
};

/** What a question reads, from the tables of its sources; a source that was not recorded has no rows. */
export const readingOf = (host: HostShape, tables: ReadonlyMap<string, Table>): Reading => ({
  host,
  *rows(source, columns) {
    const table = tables.get(source);
    if (table !== undefined) yield* rowsOf(only(table, columns));
  },
  *rates(source, columns) {
    const table = tables.get(source);
    if (table !== undefined) yield* rowsOf(rates(only(table, columns)));
  },
});

/** A question's table for one recording. */
export const answerTable = (question: Question, reading: Reading): Table => {
  const grower = growTable(question.columns);
  for (const row of question.answer(reading)) grower.push(row);
  return grower.table();
};
