import { isValid, valueAt, type ColumnData, type Table } from './column.ts';
import { exactAt } from './exact.ts';

const NEEDS_QUOTES = /[",\r\n]/;

/** The value at row `i`; one beyond 2 ** 53 with all its digits. */
const digitsAt = (column: ColumnData, i: number): number | string | bigint | undefined =>
  column.kind === 'number' && column.exact && isValid(column.valid, i) && Math.abs(column.values[i] ?? 0) > 2 ** 53
    ? exactAt(column, i)
    : valueAt(column, i);

const csvCell = (value: number | string | bigint | undefined): string => {
  if (value === undefined) return '';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return value === '' || NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
};

/** Rows per string: enough to be fast, far below the longest possible string. */
const PIECE = 4096;

/** The lines of a table in pieces of text, so that a table of any size can be written. */
function* pieces(table: Table, line: (i: number) => string): Generator<string> {
  for (let begin = 0; begin < table.size; begin += PIECE) {
    let text = '';
    for (let i = begin; i < Math.min(begin + PIECE, table.size); i++) text += line(i);
    yield text;
  }
}

/** CSV (RFC 4180) with a header line. Absent is an empty field, empty text is `""`. */
export function* csvOf(table: Table): Generator<string> {
  const columns = Object.values(table.data);
  yield `${Object.keys(table.data).map(csvCell).join(',')}\n`;
  yield* pieces(table, (i) => `${columns.map((column) => csvCell(digitsAt(column, i))).join(',')}\n`);
}

/** Keeps digits that JSON.stringify would round (JSON.rawJSON, Node 21 and newer). */
const rawJson = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON;

const jsonValue = (value: number | string | bigint | undefined): unknown =>
  typeof value === 'bigint' ? rawJson(String(value)) : (value ?? null);

/** A JSON array of one object per row, a line each. Absent and not finite are null. */
export function* jsonOf(table: Table): Generator<string> {
  const columns = Object.entries(table.data);
  const row = (i: number): string =>
    JSON.stringify(Object.fromEntries(columns.map(([name, column]) => [name, jsonValue(digitsAt(column, i))])));
  yield '[';
  yield* pieces(table, (i) => `${i === 0 ? '\n' : ',\n'}${row(i)}`);
  yield '\n]\n';
}
