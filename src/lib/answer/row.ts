import { valueAt, type ColumnData, type Table } from '../columns/column.ts';
import { rowClass, type Part } from './row-class.ts';

/** One object for all rows: after `at(i)` its properties are the values of row i, undefined where absent. */
export interface RowCursor<R> {
  at(i: number): R;
}

/** Columns by name; the name of a joined answer holds a map of its columns. */
type Shape = Map<string, ColumnData | Shape>;

const put = (shape: Shape, path: readonly string[], leaf: string, column: ColumnData): void => {
  const [first, ...rest] = path;
  if (first === undefined) {
    shape.set(leaf, column);
    return;
  }
  const inner = shape.get(first);
  const below: Shape = inner instanceof Map ? inner : new Map<string, ColumnData | Shape>();
  shape.set(first, below);
  put(below, rest, leaf, column);
};

/** The last part of a joined column's name: 'busy' of 'turn.busy'. */
const leafName = (name: string, within: readonly string[]): string =>
  within.length === 0 ? name : name.slice(within.join('.').length + 1);

const shapeOf = (table: Table): Shape => {
  const shape: Shape = new Map<string, ColumnData | Shape>();
  for (const [name, column] of Object.entries(table.data)) {
    const within = table.docs[name]?.within ?? [];
    put(shape, within, leafName(name, within), column);
  }
  return shape;
};

/** Whether a joined row has any value in row `i`; if not, nothing matched. */
const matched = (shape: Shape, i: number): boolean =>
  shape.values().some((column) => (column instanceof Map ? matched(column, i) : valueAt(column, i) !== undefined));

const partOf = (name: string, column: ColumnData | Shape): Part => {
  if (column instanceof Map) {
    const inner = cursorOverShape<object>(column);
    return { name, below: (i) => (matched(column, i) ? inner.at(i) : undefined) };
  }
  const { valid } = column;
  return column.kind === 'number'
    ? { name, values: column.values, valid }
    : { name, values: column.codes, names: column.names, valid };
};

const cursorOverShape = <R>(shape: Shape): RowCursor<R> => {
  const parts = Array.from(shape, ([name, column]) => partOf(name, column));
  const Row = rowClass(parts);
  const row = new Row(parts);
  return { at: (i) => Row.at(row, i) as R };
};

/** A cursor over the rows of a table. It is one object for all rows: use `rowAt` for rows that are kept. */
export const cursorOver = <R>(table: Table): RowCursor<R> => cursorOverShape<R>(shapeOf(table));

/** Row `i` as a plain object; joined rows are objects inside it, absent values are left out. */
export const rowAt = (table: Table, i: number): object => {
  const row: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(table.data)) {
    const value = valueAt(column, i);
    if (value === undefined) continue;
    const within = table.docs[name]?.within ?? [];
    let place = row;
    for (const step of within) place = (place[step] ??= {}) as Record<string, unknown>;
    place[leafName(name, within)] = value;
  }
  return row;
};
