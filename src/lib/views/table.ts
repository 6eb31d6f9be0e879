import { valueAt, type ColumnData, type Table } from '../columns/column.ts';
import { MARKDOWN, TABLE, TEXT, type TablePayload, type TablePayloadColumn } from '../mime.ts';
import { printable } from '../printable.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';
import { formatValue, scaleFor, type Scale } from './units.ts';
import { columnTitle } from './titles.ts';
import { cutApart, viewOf, type Shown } from './view.ts';

/** What every view is given besides the table. */
export interface Telling {
  /** The finding, in one sentence. */
  readonly say: string;
  /** The provenance, in one line. */
  readonly how: string;
  /** Why and when the capture ended early, as a sentence. */
  readonly cut?: string | undefined;
}

/** Limits of a bundle's rows and characters, which keep an output far below 1 MB. */
const MOST_ROWS = 1000;
const MOST_TEXT = 400_000;
const LONGEST_CELL = 600;

type PrintedValue = number | string | null;

const cellOf = (column: ColumnData, i: number): PrintedValue => {
  const value = valueAt(column, i);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return value === undefined ? null : printable(value, LONGEST_CELL);
};

/** How many of the first rows fit within the limits. */
const fitting = (table: Table, most: number): number => {
  const columns = Object.values(table.data);
  let text = 0;
  let i = 0;
  for (; i < Math.min(table.size, most) && text < MOST_TEXT; i++) {
    for (const column of columns) text += String(cellOf(column, i)).length + 3;
  }
  return i;
};

/**
 * One unit for all cells of a column, chosen by its largest number, so that cells compare at a glance; up to four
 * digits, decimal points aligned.
 */
const scaleOf = (values: readonly PrintedValue[], unit: string): Scale & { readonly digits: number } => {
  const numbers = values.filter((value) => typeof value === 'number');
  const most = numbers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const scale = scaleFor(unit, most);
  const whole = numbers.every((value) => Number.isInteger(value * scale.factor));
  const before = most === 0 ? 1 : Math.floor(Math.log10(most * scale.factor)) + 1;
  return { ...scale, digits: whole ? 0 : Math.max(0, Math.min(3, 4 - before)) };
};

/** The first rows of a table as payload for the front end. */
export const tablePayload = (table: Table, { say, how, cut }: Telling, most = MOST_ROWS): TablePayload => {
  const rows = fitting(table, most);
  const columns = Object.entries(table.data).map(([name, column]): TablePayloadColumn => {
    const { unit, doc, title, role } = table.docs[name] ?? { unit: '', doc: '' };
    const values = Array.from({ length: rows }, (_, i) => cellOf(column, i));
    const { kind } = column;
    const scale = kind === 'number' ? { scale: scaleOf(values, unit) } : {};
    const drawn = {
      ...(title === undefined ? {} : { title: printable(title) }),
      ...(role === undefined ? {} : { role }),
    };
    return { name: printable(name), unit, doc: printable(doc), kind, ...drawn, values, ...scale };
  });
  const said = cutApart(cut, say);
  return { version: 1, title: said.say, ...said, size: table.size, rows, columns, how };
};

const shown = (value: PrintedValue | undefined, unit: string): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' ? formatValue(value, unit) : value;
};

const linesOf = ({ columns }: TablePayload, rows: number): string[][] =>
  Array.from({ length: rows }, (_, i) => columns.map(({ values, unit }) => shown(values[i], unit)));

const more = ({ size }: TablePayload, rows: number): string =>
  size > rows ? `… and ${(size - rows).toLocaleString('en-US')} more rows.` : '';

/** Drops columns that are shown on hover only. */
const printed = (payload: TablePayload): TablePayload => ({
  ...payload,
  columns: payload.columns.filter(({ role }) => role !== 'hover'),
});

const headOf = ({ name, ...doc }: TablePayloadColumn): string => columnTitle(name, doc);

const asMarkdown = (payload: TablePayload, most: number): string => {
  const { columns, say, cut = '', how = '' } = printed(payload);
  const rows = Math.min(most, payload.rows);
  const heads = columns.map((column) => ({ text: headOf(column), right: column.kind === 'number' }));
  const table = columns.length === 0 ? '' : markdownTable(heads, linesOf(printed(payload), rows));
  const note = how === '' ? '' : `*${escapeMarkdown(how, 600)}*`;
  const warning = cut === '' ? '' : `**Warning: ${escapeMarkdown(cut, 600)}**`;
  return [warning, escapeMarkdown(say, 600), table, more(payload, rows), note]
    .filter((part) => part !== '')
    .join('\n\n');
};

/** The table with aligned columns, for terminals and text-only readers. */
export const plainTable = (payload: TablePayload, most: number): string => {
  const { columns, say: own, cut, how = '' } = printed(payload);
  const say = cut === undefined ? own : `${cut} ${own}`;
  const rows = Math.min(most, payload.rows);
  const lines = [columns.map(headOf), ...linesOf(printed(payload), rows)];
  const widths = columns.map((_, i) => Math.min(60, Math.max(...lines.map((line) => (line[i] ?? '').length))));
  const pad = (text: string, i: number): string => {
    const width = widths[i] ?? 0;
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
    return columns[i]?.kind === 'number' ? cut.padStart(width) : cut.padEnd(width);
  };
  const table = columns.length === 0 ? [] : lines.map((line) => line.map(pad).join('  ').trimEnd());
  return [say, '', ...table, more(payload, rows), how].filter((line, i) => line !== '' || i === 1).join('\n');
};

/** The first rows as a table: our payload for the front end, Markdown for documents, text for terminals. */
export const tableView = (table: Table, telling: Telling, { rows = 20 }: { readonly rows?: number } = {}): Shown =>
  viewOf({
    say: telling.say,
    bundle: (say) => {
      const payload = tablePayload(table, { ...telling, say }, Math.max(rows, MOST_ROWS));
      return Promise.resolve({
        [TABLE]: payload,
        [MARKDOWN]: asMarkdown(payload, rows),
        [TEXT]: plainTable(payload, rows),
      });
    },
  });
