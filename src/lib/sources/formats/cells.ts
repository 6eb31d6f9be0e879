import type { ColumnData, ColumnDoc, Table } from '../../columns/column.ts';
import { growNumbers, growText } from '../../columns/grow.ts';
import { printable } from '../../printable.ts';

/** A cell as a program printed it: a text, which may be a number, a number, or nothing. */
export type Cell = string | number | undefined;

/** A column as a program printed it. */
export interface PrintedColumn {
  readonly name: string;
  readonly cells: readonly Cell[];
  /** What is known of it; by default its unit is that of counts. */
  readonly doc?: Partial<ColumnDoc>;
}

/** Most columns of a table: a file that is not what it was taken for may have one per word. */
const MOST = 1000;

/** '12', '-1.5', '2e9'; '007' and '1.2.3' are names. */
const NUMBER = /^[-+]?(?:0|[1-9]\d{0,15})(?:\.\d{1,17})?(?:[eE][-+]?\d{1,3})?$/;

const isNumber = (cell: Cell): boolean =>
  typeof cell === 'number' || (typeof cell === 'string' && NUMBER.test(cell) && isExact(Number(cell)));

/** A whole number beyond 2 ** 53 would change: it stays text. */
const isExact = (value: number): boolean => !Number.isInteger(value) || Number.isSafeInteger(value);

/** What programs print in place of a number that they do not have. */
const isAbsent = (cell: Cell): boolean => cell === undefined || cell === '' || cell === '-';

/** A column is of numbers if all its cells are, but for those that are absent. */
const isOfNumbers = (cells: readonly Cell[]): boolean => {
  let some = false;
  for (const cell of cells) {
    if (isAbsent(cell)) continue;
    if (!isNumber(cell)) return false;
    some = true;
  }
  return some;
};

const columnOf = (cells: readonly Cell[], ofNumbers: boolean): ColumnData => {
  if (ofNumbers) {
    const numbers = growNumbers();
    for (const cell of cells) numbers.push(isAbsent(cell) ? undefined : Number(cell));
    return numbers.column();
  }
  const texts = growText();
  for (const cell of cells) texts.push(cell === undefined || cell === '' ? undefined : String(cell));
  return texts.column();
};

/** Names that are distinct and not empty: a second `x` is `x2`, a column without a name `column3`. */
const distinct = (names: readonly string[]): readonly string[] => {
  const known = new Set<string>();
  return names.map((given, i) => {
    const name = printable(given.trim(), 200) || `column${String(i + 1)}`;
    let free = name;
    for (let n = 2; known.has(free); n++) free = `${name}${String(n)}`;
    known.add(free);
    return free;
  });
};

/** The columns as a table, numbers where all cells are numbers. Units are not known: what a number counts, the program says. */
export const tableOfCells = (
  columns: readonly PrintedColumn[],
  size: number,
): { readonly table: Table; readonly warnings: readonly string[] } => {
  const kept = columns.slice(0, MOST);
  const names = distinct(kept.map(({ name }) => name));
  const found = kept.map(({ cells, doc: known = {} }, i): [string, ColumnDoc, ColumnData] => {
    const ofNumbers = isOfNumbers(cells) || (cells.length === 0 && (known.unit ?? '') !== '');
    const doc = `As the program printed it: ${ofNumbers ? 'a number' : 'a text'}.`;
    return [
      names[i] ?? '',
      { doc, ...known, unit: ofNumbers ? (known.unit ?? 'count') : '' },
      columnOf(cells, ofNumbers),
    ];
  });
  return {
    table: {
      size,
      docs: Object.fromEntries(found.map(([name, doc]) => [name, doc])),
      data: Object.fromEntries(found.map(([name, , data]) => [name, data])),
    },
    warnings: columns.length > MOST ? [`${String(columns.length - MOST)} columns after the first ${String(MOST)}`] : [],
  };
};

/** A table made of rows of cells by position; a row that is shorter has absent cells. */
export const tableOfRows = (
  names: readonly string[],
  rows: readonly (readonly Cell[])[],
): ReturnType<typeof tableOfCells> =>
  tableOfCells(
    names.map((name, i) => ({ name, cells: rows.map((row) => row[i]) })),
    rows.length,
  );
