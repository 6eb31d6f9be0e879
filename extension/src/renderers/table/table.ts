import { element, onFrame, plain } from '../dom.ts';
import { headText, rowParts, type TableValue, type TableHead } from './cells.ts';

/** Access to cells by row number, so that a table of a million rows need not be an array of arrays. */
export interface TableData {
  readonly columns: readonly TableHead[];
  readonly size: number;
  readonly at: (row: number, column: number) => TableValue;
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

/** Absent values are last in both sort directions: they are unknown, not small. */
const compare = (a: TableValue, b: TableValue, direction: number): number => {
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
  const press = element('button', { type: 'button' }, `${headText(column)}${arrow}`);
  press.addEventListener('click', sort);
  const sorted = { 0: 'none', 1: 'ascending', [-1]: 'descending' }[direction];
  const kind = column.role === 'below' ? `${column.kind} aside` : column.kind;
  const facts = { scope: 'col', class: kind, title: plain(column.doc), 'aria-sort': sorted };
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
  const rowLines = (row: number, place: number): HTMLElement[] => {
    const { cells, under } = rowParts(data.columns, (column) => data.at(row, column));
    const facts = { 'aria-rowindex': String(place + 2) };
    const lines = [element('tr', facts, ...cells)];
    if (under.length > 0) lines.push(element('tr', { ...facts, class: 'under' }, ...under));
    for (const line of lines) line.addEventListener('click', () => picked?.(row));
    return lines;
  };
  const redraw = onFrame(() => {
    const { first, last, above, below } = inSight(data.size, root.scrollTop, tallest);
    const lines = Array.from(rows.subarray(first, last), (row, i) => rowLines(row, first + i)).flat();
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
