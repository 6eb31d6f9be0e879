import type { TablePayload } from '../../../../src/lib/mime.ts';
import { count, cutPart, element, plain } from '../dom.ts';
import { css } from '../style.ts';
import { themeOf, watchTheme } from '../theme.ts';
import type { TableValue } from './cells.ts';
import { tableView } from './table.ts';

const MOST_COLUMNS = 2000;

const record = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ROLES: readonly unknown[] = [undefined, 'verdict', 'hover', 'below'];

/** A browser throws a RangeError for more digits than a double has. */
const MOST_DIGITS = 20;

const scaleWrong = (scale: unknown): boolean => {
  if (!record(scale) || typeof scale['factor'] !== 'number' || typeof scale['label'] !== 'string') return true;
  const { digits } = scale;
  return digits !== undefined && !(Number.isInteger(digits) && Number(digits) >= 0 && Number(digits) <= MOST_DIGITS);
};

const columnWrong = (column: unknown, rows: number): boolean => {
  if (!record(column) || !['name', 'unit', 'doc'].every((key) => typeof column[key] === 'string')) return true;
  const { values, names, title, role } = column;
  if (title !== undefined && typeof title !== 'string') return true;
  if (!ROLES.includes(role)) return true;
  if (!Array.isArray(values) || values.length !== rows) return true;
  if (column['scale'] !== undefined && scaleWrong(column['scale'])) return true;
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === 'string'))) return true;
  return !values.every((cell) => cell === null || typeof cell === 'number' || typeof cell === 'string');
};

/**
 * The checked payload: columns of the stated length, cells that are numbers, text or null. Throws if the data is not a
 * table.
 */
export const checkedTable = (data: unknown): TablePayload => {
  const fail = (expected: string): never => {
    throw new Error(`table: expected ${expected}`);
  };
  if (!record(data) || data['version'] !== 1) return fail('version 1');
  const { columns, rows, say, size } = data;
  if (typeof say !== 'string' || typeof size !== 'number' || typeof rows !== 'number')
    return fail('say, size and rows');
  if (!Array.isArray(columns) || columns.length > MOST_COLUMNS) return fail('a list of columns');
  if (columns.some((column) => columnWrong(column, rows))) return fail(`columns of ${rows} numbers, texts or nulls`);
  return data as unknown as TablePayload;
};

/** The shown text of a cell: codes are looked up in their dictionary. */
const cellAt = ({ columns }: TablePayload, row: number, column: number): TableValue => {
  const { values, names } = columns[column] ?? { values: [] };
  const value = values[row] ?? null;
  return names === undefined || typeof value !== 'number' ? value : (names[value] ?? null);
};

/** A table in a page: redrawn when its data changes, removed by `dispose`. */
export const tableCard = (host: HTMLElement) => {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  let life = new AbortController();
  return {
    show(payload: TablePayload): void {
      life.abort();
      life = new AbortController();
      const table = tableView(plain(payload.say));
      const cut =
        payload.rows < payload.size ? `The first ${count(payload.rows)} of ${count(payload.size)} rows. ` : '';
      shadow.replaceChildren(
        element('style', {}, css),
        element(
          'div',
          { class: 'card' },
          ...cutPart(payload.cut),
          ...(plain(payload.title) === plain(payload.say) ? [] : [element('h2', {}, plain(payload.title))]),
          element('p', {}, plain(payload.say)),
          table.root,
          element('p', { class: 'how' }, `${cut}${plain(typeof payload.how === 'string' ? payload.how : '')}`),
        ),
      );
      const dress = (dark: boolean): void => void shadow.host.classList.toggle('dark', dark);
      dress(themeOf(document.body).dark);
      watchTheme(document.body, life.signal, (theme) => {
        dress(theme.dark);
      });
      table.show({
        columns: payload.columns,
        size: payload.rows,
        at: (row, column) => cellAt(payload, row, column),
      });
    },
    dispose(): void {
      life.abort();
      shadow.replaceChildren();
    },
  };
};
