import { element, onFrame, plain } from '../dom.ts';

export interface TableHead {
  readonly name: string;
  readonly unit: string;
  readonly doc: string;
  readonly kind: 'number' | 'text';
  readonly title?: string;
  readonly role?: 'verdict' | 'hover';
  /** Numbers are shown times `factor` with the unit `label`; without a scale, unchanged with `unit`. */
  readonly scale?: { readonly factor: number; readonly label: string; readonly digits?: number };
}

export type Cell = number | string | null;

/** Access to cells by row number, so that a table of a million rows need not be an array of arrays. */
export interface TableData {
  readonly columns: readonly TableHead[];
  readonly size: number;
  readonly at: (row: number, column: number) => Cell;
}

export interface TableView {
  readonly root: HTMLElement;
  show(data: TableData): void;
}

const ROW = 24;
/** Tables with at most this many rows are drawn whole, with long texts wrapped instead of cut off. */
const FEW = 30;
/** Tables with at most this many rows have no scroll bar, however high they are: a verdict must be visible whole. */
const UNBOUND = 20;
/** The tallest element in browsers is about 33 million pixels; larger tables scroll in steps. */
const TALLEST = 8_000_000;

/**
 * A number with the `digits` after the point that its column gives, else about five digits; with thousands separators.
 */
export const numberText = (value: number, digits?: number): string => {
  if (!Number.isFinite(value)) return String(value);
  if (digits !== undefined && (value === 0 || Math.abs(value) >= 0.5 * 10 ** -digits))
    return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (Number.isInteger(value) || Math.abs(value) >= 1e5) return Math.round(value).toLocaleString('en-US');
  if (Math.abs(value) < 1e-4) return value.toExponential(1);
  return String(Number(value.toPrecision(digits === undefined ? 5 : 2)));
};

/** Absent values are last in both sort directions: they are unknown, not small. */
const compare = (a: Cell, b: Cell, direction: number): number => {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b || (Number.isNaN(a) ? 1 : 0));
  return direction * (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0);
};

interface Order {
  readonly column: number;
  readonly direction: 1 | -1;
}

const sortedRows = (data: TableData, order: Order | undefined): Uint32Array => {
  const rows = Uint32Array.from({ length: data.size }, (_, i) => i);
  if (order === undefined) return rows;
  const keys = Array.from(rows, (row) => data.at(row, order.column));
  return rows.sort((a, b) => compare(keys[a] ?? null, keys[b] ?? null, order.direction) || a - b);
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
const hoverText = (columns: readonly TableHead[], at: (column: number) => Cell): string =>
  columns
    .flatMap((column, i) => {
      const value = column.role === 'hover' ? at(i) : null;
      return value === null ? [] : [`${plain(column.title ?? column.name)}: ${plain(String(value))}`];
    })
    .join('\n');

const cell = (value: Cell, { kind, unit, scale, role }: TableHead): HTMLTableCellElement => {
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

const unitText = ({ unit, scale }: TableHead): string => {
  const label = plain(scale === undefined ? unit : scale.label).trim();
  return label === '' ? '' : ` (${label})`;
};

/** The rows to draw at a scroll position, and the heights that stand for the rows above and below. */
const inSight = (size: number, scrolled: number, tallest: number) => {
  if (size <= FEW) return { first: 0, last: size, above: 0, below: 0 };
  const whole = Math.min(TALLEST, size * ROW);
  const seen = Math.ceil(tallest / ROW) + 4;
  const share = whole === size * ROW ? scrolled / ROW : (scrolled / Math.max(1, whole - tallest)) * (size - seen);
  const first = Math.max(0, Math.min(size - seen, Math.floor(share)));
  const last = Math.min(size, first + seen);
  const above = Math.min(first * ROW, Math.max(0, whole - (last - first) * ROW));
  return { first, last, above, below: Math.max(0, whole - above - (last - first) * ROW) };
};

const spacer = (height: number): HTMLElement => {
  const row = element('tr', { 'aria-hidden': 'true', class: 'spacer' });
  row.style.height = `${height}px`;
  return row;
};

/** The head of a column: its button sorts, its tooltip describes the column. */
const headCell = (column: TableHead, direction: 1 | -1 | 0, sort: () => void): HTMLElement => {
  const arrow = { 0: '', 1: ' ▲', [-1]: ' ▼' }[direction];
  const press = element(
    'button',
    { type: 'button' },
    `${plain(column.title ?? column.name)}${unitText(column)}${arrow}`,
  );
  press.addEventListener('click', sort);
  const sorted = { 0: 'none', 1: 'ascending', [-1]: 'descending' }[direction];
  const facts = { scope: 'col', class: column.kind, title: plain(column.doc), 'aria-sort': sorted };
  return element('th', facts, press);
};

/** The sort order after a click on a head: default direction, reversed, original. */
const nextOrder = (order: Order | undefined, column: number, kind: TableHead['kind']): Order | undefined => {
  const usual = kind === 'number' ? -1 : 1;
  if (order?.column !== column) return { column, direction: usual };
  return order.direction === usual ? { column, direction: usual === 1 ? -1 : 1 } : undefined;
};

/**
 * A table that draws only visible rows and sorts by a click or Enter on its heads: first descending, then ascending,
 * then the original order. Values are shown as text only.
 */
export const tableView = (label: string, picked?: (row: number) => void, tallest = 420): TableView => {
  const head = element('tr');
  const body = element('tbody');
  const table = element('table', { 'aria-label': label }, element('thead', {}, head), body);
  const root = element('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': label }, table);
  let data: TableData = { columns: [], size: 0, at: () => null };
  let order: Order | undefined;
  let rows: Uint32Array = new Uint32Array(0);
  const rowLine = (row: number, place: number): HTMLElement => {
    const cells = data.columns.flatMap((column, i) => (column.role === 'hover' ? [] : [cell(data.at(row, i), column)]));
    const hover = hoverText(data.columns, (column) => data.at(row, column));
    // A title on the cell would hide the title of its row.
    if (hover !== '') for (const each of cells) each.title = hover;
    const line = element('tr', { 'aria-rowindex': String(place + 2) }, ...cells);
    line.addEventListener('click', () => picked?.(row));
    return line;
  };
  const redraw = onFrame(() => {
    const { first, last, above, below } = inSight(data.size, root.scrollTop, tallest);
    const lines = Array.from(rows.subarray(first, last), (row, i) => rowLine(row, first + i));
    table.classList.toggle('few', data.size <= FEW);
    body.replaceChildren(spacer(above), ...lines, spacer(below));
  });
  const reorder = (next: Order | undefined): void => {
    order = next;
    rows = sortedRows(data, order);
    const heads = data.columns.flatMap((column, i) => {
      if (column.role === 'hover') return [];
      const direction = order?.column === i ? order.direction : 0;
      return [
        headCell(column, direction, () => {
          reorder(nextOrder(order, i, column.kind));
        }),
      ];
    });
    head.replaceChildren(...heads);
    redraw();
  };
  root.addEventListener('scroll', redraw);
  return {
    root,
    show(next) {
      data = next;
      root.style.maxHeight = data.size <= UNBOUND ? 'none' : `${tallest}px`;
      table.setAttribute('aria-rowcount', String(data.size + 1));
      reorder(order !== undefined && order.column < data.columns.length ? order : undefined);
    },
  };
};
