import { element, onFrame, plain } from '../dom.ts';

export interface TableHead {
  readonly name: string;
  readonly unit: string;
  readonly doc: string;
  readonly kind: 'number' | 'text';
  /** Numbers are shown times `factor`, in `label`; without it as they are, in `unit`. */
  readonly scale?: { readonly factor: number; readonly label: string };
}

export type Cell = number | string | null;

/** Rows by number, so that a table of a million rows need not be one array of arrays. */
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
/** A table of so few rows is drawn whole, its long texts in as many lines as they need: nothing worth reading is cut off. */
const FEW = 30;
/** A browser's largest element is about 33 million pixels tall; more rows scroll in steps. */
const TALLEST = 8_000_000;

/** A number at about five digits, thousands parted; nothing is lost from whole numbers. */
export const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) || Math.abs(value) >= 1e5) return Math.round(value).toLocaleString('en-US');
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(3);
  return String(Number(value.toPrecision(5)));
};

/** Absent values stand last in either direction: they are not small, they are unknown. */
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

const LONG = 60;

const cell = (value: Cell, { kind, scale }: TableHead): HTMLTableCellElement => {
  if (value === null) return element('td', { class: kind, title: 'absent' }, '·');
  if (typeof value === 'number') {
    return element('td', { class: kind, title: String(value) }, numberText(value * (scale?.factor ?? 1)));
  }
  const text = plain(value);
  return element('td', { class: text.length > LONG ? `${kind} long` : kind, title: text }, text);
};

const unitText = ({ unit, scale }: TableHead): string => {
  const label = plain(scale === undefined ? unit : scale.label).trim();
  return label === '' ? '' : ` (${label})`;
};

/**
 * A table that draws only the rows in sight and sorts by its heads: click or Enter, once down, twice up, thrice as it came.
 * Values are text and nothing else.
 */
export const tableView = (label: string, picked?: (row: number) => void, tallest = 420): TableView => {
  const head = element('tr');
  const body = element('tbody');
  const table = element('table', { 'aria-label': label }, element('thead', {}, head), body);
  const root = element('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': label }, table);
  let data: TableData = { columns: [], size: 0, at: () => null };
  let order: Order | undefined;
  let rows: Uint32Array = new Uint32Array(0);
  const spacer = (height: number): HTMLElement => {
    const row = element('tr', { 'aria-hidden': 'true', class: 'spacer' });
    row.style.height = `${height}px`;
    return row;
  };
  const redraw = onFrame(() => {
    const few = data.size <= FEW;
    const whole = few ? 0 : Math.min(TALLEST, data.size * ROW);
    const seen = few ? data.size : Math.ceil(tallest / ROW) + 4;
    const share =
      few || whole === data.size * ROW
        ? root.scrollTop / ROW
        : (root.scrollTop / Math.max(1, whole - tallest)) * (data.size - seen);
    const first = Math.max(0, Math.min(data.size - seen, Math.floor(share)));
    const last = Math.min(data.size, first + seen);
    const above = Math.min(first * ROW, Math.max(0, whole - (last - first) * ROW));
    const drawn = Array.from(rows.subarray(first, last), (row, i) => {
      const line = element(
        'tr',
        { 'aria-rowindex': String(first + i + 2) },
        ...data.columns.map((head, column) => cell(data.at(row, column), head)),
      );
      if (picked !== undefined) line.addEventListener('click', () => picked(row));
      return line;
    });
    table.classList.toggle('few', few);
    body.replaceChildren(spacer(above), ...drawn, spacer(Math.max(0, whole - above - drawn.length * ROW)));
  });
  const sortBy = (column: number): void => {
    const usual = data.columns[column]?.kind === 'number' ? -1 : 1;
    if (order?.column !== column) order = { column, direction: usual };
    else order = order.direction === usual ? { column, direction: usual === 1 ? -1 : 1 } : undefined;
    rows = sortedRows(data, order);
    heads();
    redraw();
  };
  const heads = (): void => {
    head.replaceChildren(
      ...data.columns.map((shown, column) => {
        const { name, doc, kind } = shown;
        const mine = order?.column === column ? order.direction : 0;
        const arrow = mine === 0 ? '' : mine === 1 ? ' ▲' : ' ▼';
        const press = element('button', { type: 'button' }, `${plain(name)}${unitText(shown)}${arrow}`);
        press.addEventListener('click', () => sortBy(column));
        return element(
          'th',
          {
            scope: 'col',
            class: kind,
            title: plain(doc),
            'aria-sort': mine === 0 ? 'none' : mine === 1 ? 'ascending' : 'descending',
          },
          press,
        );
      }),
    );
  };
  root.style.maxHeight = `${tallest}px`;
  root.addEventListener('scroll', redraw);
  return {
    root,
    show(next) {
      data = next;
      if (order !== undefined && order.column >= data.columns.length) order = undefined;
      rows = sortedRows(data, order);
      table.setAttribute('aria-rowcount', String(data.size + 1));
      heads();
      redraw();
    },
  };
};
