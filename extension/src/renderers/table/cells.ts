import type { TablePayloadColumn } from '../../../../src/lib/mime.ts';
import { element, plain } from '../dom.ts';

/** What the head of a column shows. */
export type TableHead = Omit<TablePayloadColumn, 'values' | 'names'>;

export type TableValue = TablePayloadColumn['values'][number];

/**
 * A number with the `digits` after the point that its column gives, else about five digits; with thousands separators.
 */
const numberText = (value: number, digits?: number): string => {
  if (!Number.isFinite(value)) return String(value);
  if (digits !== undefined && (value === 0 || Math.abs(value) >= 0.5 * 10 ** -digits))
    return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (Number.isInteger(value) || Math.abs(value) >= 1e5) return Math.round(value).toLocaleString('en-US');
  if (Math.abs(value) < 1e-4) return value.toExponential(1);
  return String(Number(value.toPrecision(digits === undefined ? 5 : 2)));
};

const LONG = 40;

/** A shape for each verdict, for readers who cannot tell the colours apart. */
const SHAPES: Readonly<Record<string, string>> = {
  cause: '◆',
  suspect: '▲',
  undecided: '?',
  'not checked': '○',
  cleared: '✓',
};

const verdictMark = (word: string): HTMLElement =>
  element(
    'span',
    { class: `badge ${word.replaceAll(' ', '-').replace(/[^a-z-]/g, '')}` },
    element('span', { 'aria-hidden': 'true' }, `${SHAPES[word] ?? '·'} `),
    word,
  );

/** The tooltip of a row: a line for each column with that role. */
const hoverText = (columns: readonly TableHead[], at: (column: number) => TableValue): string =>
  columns
    .flatMap((column, i) => {
      const value = column.role === 'hover' ? at(i) : null;
      return value === null ? [] : [`${titleOf(column)}: ${plain(String(value))}`];
    })
    .join('\n');

const cell = (value: TableValue, { kind, unit, scale, role }: TableHead): HTMLTableCellElement => {
  if (value === null) return element('td', { class: kind, title: 'absent' }, '·');
  if (role === 'verdict') return element('td', { class: 'verdict' }, verdictMark(plain(String(value))));
  if (typeof value === 'number') {
    // Write pids without a thousands separator, so that they can be pasted after kill.
    const text = unit === 'id' ? String(value) : numberText(value * (scale?.factor ?? 1), scale?.digits);
    return element('td', { class: kind, title: String(value) }, text);
  }
  const text = plain(value);
  return element('td', { class: text.length > LONG ? `${kind} long` : kind, title: text }, text);
};

const titleOf = ({ title, name }: TableHead): string => plain(title ?? name);

/** What the head of a column says: its title and the unit of its numbers. */
export const headText = (column: TableHead): string => {
  const { unit, scale } = column;
  const label = plain(scale === undefined ? unit : scale.label).trim();
  return label === '' ? titleOf(column) : `${titleOf(column)} (${label})`;
};

/** A line under a row, for a column that the table is too narrow for. */
const below = (value: TableValue, column: TableHead): HTMLElement[] =>
  value === null || value === ''
    ? []
    : [element('div', {}, element('b', {}, titleOf(column)), ` ${plain(String(value))}`)];

/** Cells that stand under a row of `shown` columns, from the column `from` on. */
const under = (lines: readonly HTMLElement[], from: number, shown: number): HTMLElement[] =>
  lines.length === 0
    ? []
    : [
        ...(from > 0 ? [element('td', { colspan: String(from) })] : []),
        element('td', { class: 'text below', colspan: String(Math.max(1, shown - from)) }, ...lines),
      ];

/** What a row consists of: its cells, and the cells of a second line that narrow tables have; often none. */
export interface RowParts {
  readonly cells: readonly HTMLElement[];
  readonly under: readonly HTMLElement[];
}

/**
 * The cells of a row. Columns of role 'below' are there twice, as cells and as lines under the row, as wide as the columns
 * from the last text on; the style sheet shows one of the two by the width of the table.
 */
export const rowParts = (columns: readonly TableHead[], at: (column: number) => TableValue): RowParts => {
  const cells: HTMLElement[] = [];
  const lines: HTMLElement[] = [];
  let shown = 0;
  let above = 0;
  columns.forEach((column, i) => {
    if (column.role === 'hover') return;
    const made = cell(at(i), column);
    if (column.role === 'below') {
      made.classList.add('aside');
      lines.push(...below(at(i), column));
    } else {
      if (column.kind === 'text' && column.role === undefined) above = shown;
      shown++;
    }
    cells.push(made);
  });
  const parts = { cells, under: under(lines, above, shown) };
  const hover = hoverText(columns, at);
  // A title on the cell would hide the title of its row.
  if (hover !== '') for (const each of [...cells, ...parts.under]) each.title = hover;
  return parts;
};
