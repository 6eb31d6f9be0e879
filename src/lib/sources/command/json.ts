import type { Cell, PrintedColumn } from '../formats/cells.ts';

/** JSON as columns, or why it is none. */
export interface JsonColumns {
  readonly columns: readonly PrintedColumn[];
  readonly size: number;
  readonly warnings: readonly string[];
}

/** Whole numbers beyond 2 ** 53 stay as they are written, as text, if the engine passes their source. */
const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? (context?.source ?? value)
    : value;

/** JSON.parse with the third argument of revivers, new in ECMAScript 2025. */
const parse = JSON.parse as (text: string, reviver?: typeof exact) => unknown;

const parsed = (text: string): unknown => (/\d{16}/.test(text) ? parse(text, exact) : parse(text));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `lsblk -J` prints an object with one list: that list is the table. */
const onlyList = (value: Readonly<Record<string, unknown>>): readonly unknown[] | undefined => {
  const [first, ...others] = Object.values(value);
  return others.length === 0 && Array.isArray(first) && first.every(isObject) ? first : undefined;
};

/** The rows of a document: those of a list, of an object's only list, or the object itself. */
const rowsOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return isObject(value) ? (onlyList(value) ?? [value]) : [value];
};

/** Deeper objects are kept as JSON text. */
const DEEPEST = 8;

const cellsOf = function* (value: unknown, path: string, depth: number): Generator<readonly [string, Cell]> {
  if (isObject(value) && depth < DEEPEST) {
    for (const [name, each] of Object.entries(value))
      yield* cellsOf(each, path === '' ? name : `${path}.${name}`, depth + 1);
  } else if (value === null || value === undefined) yield [path, undefined];
  else if (typeof value === 'string' || typeof value === 'number') yield [path, value];
  else yield [path, JSON.stringify(value)];
};

/** One document, or one on each line (`journalctl -o json`); `left`: lines that are none. */
const documents = (text: string): { readonly rows: readonly unknown[]; readonly left: number } => {
  try {
    return { rows: rowsOf(parsed(text)), left: 0 };
  } catch {
    const rows: unknown[] = [];
    let left = 0;
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue;
      try {
        rows.push(...rowsOf(parsed(line)));
      } catch {
        left++;
      }
    }
    return { rows, left };
  }
};

/**
 * A row for each object: fields of nested objects are columns `options.limit`, lists are JSON text, a list of plain values
 * is the column `value`. Undefined if the text holds no JSON.
 */
export const readJson = (text: string): JsonColumns | undefined => {
  const { rows, left } = documents(text);
  if (rows.length === 0 && (left > 0 || text.trim() === '')) return undefined;
  const columns = new Map<string, Cell[]>();
  for (const [i, row] of rows.entries())
    for (const [path, cell] of cellsOf(row, isObject(row) ? '' : 'value', 0)) {
      let cells = columns.get(path);
      if (cells === undefined) columns.set(path, (cells = new Array<Cell>(rows.length)));
      cells[i] = cell;
    }
  return {
    columns: Array.from(columns, ([name, cells]) => ({ name, cells: Array.from(cells) })),
    size: rows.length,
    warnings: left > 0 ? [`${String(left)} lines are not JSON and were left out`] : [],
  };
};
