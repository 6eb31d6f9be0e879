import type { ColumnDoc, Table } from '../../columns/column.ts';
import { printable } from '../../printable.ts';
import { tableOfCells, type Cell } from '../formats/cells.ts';
import { cutKey, plainKeys, stackOf } from './map-keys.ts';
import type { ProgramMap } from './program-maps.ts';
import { once } from './program-output.ts';

/** A map as it was printed once. */
export interface MapPrint {
  /** When the print arrived, in seconds since the recording's start. */
  readonly t: number | undefined;
  /** 'map', 'hist', 'stats', 'tseries'. */
  readonly type: string;
  readonly value: unknown;
}

type Row = readonly (readonly [column: string, cell: Cell])[];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number, a text, a stack as text, or JSON. Integers beyond the range of JSON numbers come as text or as bigint. */
const cellOf = (value: unknown): Cell => {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return /^-?\d{16,20}$/.test(value) ? Number(value) : value;
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
};

/** bpftrace before 0.21 computed bounds in 32 bits: the bound after 2147483647 is printed as -2147483648. */
const unwrapped = (low: Cell, high: Cell, before: Cell): Row =>
  typeof low === 'number' && low < 0 && typeof before === 'number' && before > 0
    ? [['low', before + 1], ['high', 2 * before + 1]] // prettier-ignore
    : [['low', low], ['high', high]]; // prettier-ignore

const bucketRows = function* (buckets: readonly unknown[]): Generator<Row> {
  let before: Cell;
  for (const bucket of buckets) {
    if (!isObject(bucket)) continue;
    const bounds = unwrapped(cellOf(bucket['min']), cellOf(bucket['max']), before);
    before = bounds[1]?.[1];
    yield [...bounds, ['count', cellOf(bucket['count'])]];
  }
};

/** The rows of one value: buckets, intervals, the fields of a record or of stats, the parts of a tuple, or itself. */
const valueRows = function* (value: unknown, type: string, by: string): Generator<Row> {
  if (type === 'hist' && Array.isArray(value)) yield* bucketRows(value);
  else if (type === 'tseries' && Array.isArray(value)) {
    for (const point of value as readonly unknown[])
      if (isObject(point)) yield [['time', cellOf(point['interval_start'])], ['value', cellOf(point['value'])]]; // prettier-ignore
  } else if (Array.isArray(value)) yield value.map((each, i) => [`value${String(i + 1)}`, cellOf(each)] as const);
  else if (isObject(value))
    yield Object.entries(value).map(([name, each]) => [type === 'stats' ? name : `value.${name}`, cellOf(each)]);
  else if (typeof value === 'string' && (by.endsWith('stack') || /^\n\s*\S/.test(value)))
    yield [['stack', stackOf(value, by === 'kstack')]];
  else yield [['value', cellOf(value)]];
};

const keyNames = (expressions: readonly string[]): readonly string[] =>
  expressions.length === 1 ? ['key'] : expressions.map((_, i) => `key${String(i + 1)}`);

const STACK: ColumnDoc = { unit: '', doc: 'The stack, outermost function first, separated by ";"; kernel functions end in _[k].', ref: 'stack' }; // prettier-ignore

const DOCS: Readonly<Record<string, ColumnDoc>> = {
  t: { unit: 's', clock: 'monotonic', doc: "When the print arrived, in seconds since the recording's start." },
  stack: STACK,
  low: { unit: 'count', doc: 'The smallest value that the bucket holds; absent without a lower bound.', high: 'high' },
  high: { unit: 'count', doc: 'The largest value that the bucket holds; absent without an upper bound.' },
  count: { unit: 'count', doc: 'How many values.' },
  average: { unit: 'count', doc: 'Their average, in units of the value that the program gave.' },
  total: { unit: 'count', doc: 'Their sum, in units of the value that the program gave.' },
  time: { unit: '', doc: 'Start of the interval.' },
  value: { unit: 'count', doc: 'The value, in the unit that the program gave it.' },
};

/** The columns that a map has even if it was never printed, in their order. */
const columnsFor = ({ keys, by }: ProgramMap, often: boolean): readonly string[] => {
  const plain = plainKeys(keys);
  const values: Readonly<Record<string, readonly string[]>> = {
    hist: ['low', 'high', 'count'],
    lhist: ['low', 'high', 'count'],
    stats: ['count', 'average', 'total'],
    tseries: ['time', 'value'],
  };
  return [
    ...(often ? ['t'] : []),
    ...keyNames(plain),
    ...(plain.length < keys.length ? ['stack'] : []),
    ...(values[by] ?? (by === 'kstack' || by === 'ustack' ? ['stack'] : ['value'])),
  ];
};

/** A column of a key has the expression that the program computes it by. */
const docFor = (names: readonly string[], expressions: readonly string[], name: string): Partial<ColumnDoc> => {
  const expression = expressions[names.indexOf(name)];
  if (expression === undefined) return DOCS[name] ?? { unit: 'count', doc: 'A part of the value.' };
  return { unit: 'id', doc: `Of the key: ${printable(expression, 200)}.`, key: true, title: printable(expression, 40) };
};

/** The rows of all prints, each with its key; `onOdd` is called for a key that may be cut in the wrong place. */
const rowsOf = function* (map: ProgramMap, prints: readonly MapPrint[], onOdd: () => void): Generator<Row> {
  const names = keyNames(plainKeys(map.keys));
  for (const { t, type, value } of prints) {
    const at: Row = prints.length > 1 ? [['t', t]] : [];
    if (map.keys.length === 0 || !isObject(value)) {
      for (const row of valueRows(value, type, map.by)) yield [...at, ...row];
      continue;
    }
    for (const [key, each] of Object.entries(value)) {
      const { parts, stack, isOdd } = cutKey(once(key), map.keys);
      if (isOdd) onOdd();
      const keyed: Row = parts.map((part, i) => [names[i] ?? `key${String(i + 1)}`, part] as const);
      for (const row of valueRows(each, type, map.by))
        yield [...at, ...keyed, ...(stack === undefined ? [] : ([['stack', stack]] as const)), ...row];
    }
  }
};

/** The prints of one map as a table: a row for each key, for each bucket of a histogram. */
export const mapTable = (
  map: ProgramMap,
  prints: readonly MapPrint[],
): { readonly table: Table; readonly isHistogram: boolean; readonly warnings: readonly string[] } => {
  let [size, odd] = [0, 0];
  const expressions = plainKeys(map.keys);
  const names = keyNames(expressions);
  const rows = [...rowsOf(map, prints, () => odd++)];
  const expected = columnsFor(map, prints.length > 1);
  // What was printed decides; the columns of the key come first, and a map without rows has those that its text promises.
  const columns = new Map<string, Cell[]>(
    expected.filter((name) => rows.length === 0 || name === 't' || names.includes(name)).map((name) => [name, []]),
  );
  for (const row of rows) {
    for (const [name, cell] of row) {
      let cells = columns.get(name);
      if (cells === undefined) columns.set(name, (cells = []));
      cells[size] = cell;
    }
    size++;
  }
  const printed = Array.from(columns, ([name, cells]) => ({
    name,
    cells: Array.from({ length: size }, (_, i) => cells[i]),
    doc: docFor(names, expressions, name),
  }));
  const commas = `${String(odd)} keys of ${map.name} hold commas in a text, which also separate the parts of a key`;
  return {
    table: tableOfCells(printed, size).table,
    isHistogram: columns.has('low'),
    warnings: odd > 0 ? [commas] : [],
  };
};
