import { isValid, valueAt, type ColumnData, type Table } from '../columns/column.ts';

/** A row that moves: `at(i)` puts `row` on row i; reading a property reads that row's value, undefined where absent. */
export interface Cursor<R> {
  readonly row: R;
  at(i: number): R;
}

/** Reads one column at the place that `here` says. A reader per kind of column keeps each of them simple for the compiler. */
const reader = (column: ColumnData, here: { i: number }): (() => number | string | undefined) => {
  const { valid } = column;
  if (column.kind === 'number') {
    const { values } = column;
    return valid === undefined ? () => values[here.i] : () => (isValid(valid, here.i) ? values[here.i] : undefined);
  }
  const { codes, names } = column;
  return () => (isValid(valid, here.i) ? names[codes[here.i] as number] : undefined);
};

type Read = () => unknown;

/** What a row holds by name; a name below which other rows were joined holds a map of its own. */
type Shape = Map<string, Read | Shape>;

const put = (shape: Shape, path: readonly string[], leaf: string, read: Read): void => {
  const [first, ...rest] = path;
  if (first === undefined) {
    shape.set(leaf, read);
    return;
  }
  const inner = shape.get(first);
  const below: Shape = inner instanceof Map ? inner : new Map<string, Read | Shape>();
  shape.set(first, below);
  put(below, rest, leaf, read);
};

const objectOf = (shape: Shape): object => {
  const row = {};
  for (const [name, read] of shape) {
    const get = read instanceof Map ? joined(read) : read;
    Object.defineProperty(row, name, { get, enumerable: true });
  }
  return row;
};

/** A joined row, undefined where nothing matched: where all its values are absent. */
const joined = (shape: Shape): Read => {
  const row = objectOf(shape);
  const reads = [...shape.values()].map((read) => (read instanceof Map ? joined(read) : read));
  return () => (reads.some((read) => read() !== undefined) ? row : undefined);
};

/** A column's own name, without those below which it was joined. */
const leafName = (name: string, within: readonly string[]): string =>
  within.length === 0 ? name : name.slice(within.join('.').length + 1);

/** A cursor over the rows of a table. One object serves all rows, so do not keep it: `rowAt` gives rows to keep. */
export const cursorOver = <R>(table: Table): Cursor<R> => {
  const here = { i: 0 };
  const shape: Shape = new Map<string, Read | Shape>();
  for (const [name, column] of Object.entries(table.data)) {
    const within = table.docs[name]?.within ?? [];
    put(shape, within, leafName(name, within), reader(column, here));
  }
  const row = objectOf(shape) as R;
  return {
    row,
    at(i) {
      here.i = i;
      return row;
    },
  };
};

/** Row `i` as a plain object of its own; joined rows stand below their names, absent values are left out. */
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
