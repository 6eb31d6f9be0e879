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

/** What a question reads, from the tables of its sources; a source that was not recorded has no rows. */
export const readingOf = (host: HostShape, tables: ReadonlyMap<string, Table>): Reading => ({
  host,
  *rows(source) {
    const table = tables.get(source);
    if (table !== undefined) yield* rowsOf(table);
  },
  *rates(source) {
    const table = tables.get(source);
    if (table !== undefined) yield* rowsOf(rates(table));
  },
});

/** A question's table for one recording. */
export const answerTable = (question: Question, reading: Reading): Table => {
  const grower = growTable(question.columns);
  for (const row of question.answer(reading)) grower.push(row);
  return grower.table();
};
