import { FridayError } from '../errors.ts';
import { isValid, type Codes, type ColumnData, type Numbers, type Table } from './column.ts';

/** Rows by group: `of[row]` is the row's group, `first[group]` its first row. Groups are in order of first appearance. */
export interface Groups {
  readonly count: number;
  readonly of: Codes;
  readonly first: Uint32Array;
}

/** A code below `count` for each row; rows with equal values have equal codes, absent is a value of its own. */
interface Coded {
  readonly codes: Codes;
  readonly count: number;
}

/** Widest range of integers that is coded by subtracting the minimum: pids, CPUs, ports. */
const DENSE = 1 << 22;

const denseRange = (values: Numbers, size: number): { min: number; width: number } | undefined => {
  const fractions = values instanceof Float64Array || values instanceof Float32Array;
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < size; i++) {
    const value = values[i] as number;
    if (fractions && !Number.isInteger(value)) return undefined;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (size === 0) return { min: 0, width: 0 };
  return max - min < DENSE ? { min, width: max - min + 1 } : undefined;
};

const codeNumbers = (values: Numbers, size: number): Coded => {
  const codes = new Uint32Array(size);
  const dense = denseRange(values, size);
  if (dense !== undefined) {
    for (let i = 0; i < size; i++) codes[i] = (values[i] as number) - dense.min;
    return { codes, count: dense.width };
  }
  const seen = new Map<number, number>();
  for (let i = 0; i < size; i++) {
    const value = values[i] as number;
    let code = seen.get(value);
    if (code === undefined) seen.set(value, (code = seen.size));
    codes[i] = code;
  }
  return { codes, count: seen.size };
};

const codeColumn = (column: ColumnData, size: number): Coded => {
  const { codes, count } =
    column.kind === 'text' ? { codes: column.codes, count: column.names.length } : codeNumbers(column.values, size);
  if (column.valid === undefined) return { codes, count };
  const marked = Uint32Array.from(codes.subarray(0, size));
  for (let i = 0; i < size; i++) if (!isValid(column.valid, i)) marked[i] = count;
  return { codes: marked, count: count + 1 };
};

/** The first row of each code if codes are numbered in order of appearance (as in a growing column), else undefined. */
const firstInOrder = ({ codes, count }: Coded, size: number): Uint32Array | undefined => {
  const first = new Uint32Array(count);
  let next = 0;
  for (let i = 0; i < size && next < count; i++) {
    const code = codes[i] as number;
    if (code > next) return undefined;
    if (code === next) first[next++] = i;
  }
  return next === count ? first : undefined;
};

/** Renumbers codes in order of first appearance, without gaps. */
const number = (coded: Coded, size: number): Groups => {
  const { codes, count } = coded;
  const inOrder = firstInOrder(coded, size);
  if (inOrder !== undefined) return { count, of: codes.subarray(0, size), first: inOrder };
  const group = new Int32Array(count).fill(-1);
  const of = new Uint32Array(size);
  const first: number[] = [];
  for (let i = 0; i < size; i++) {
    const code = codes[i] as number;
    let to = group[code] as number;
    if (to < 0) {
      to = first.push(i) - 1;
      group[code] = to;
    }
    of[i] = to;
  }
  return { count: first.length, of, first: Uint32Array.from(first) };
};

/** Combines two codings; by multiplication if the product is small, else by hash. */
const pair = (a: Coded, b: Coded, size: number): Coded => {
  const codes = new Float64Array(size);
  for (let i = 0; i < size; i++) codes[i] = (a.codes[i] as number) * b.count + (b.codes[i] as number);
  if (a.count * b.count <= DENSE) return { codes: Uint32Array.from(codes), count: a.count * b.count };
  return codeNumbers(codes, size);
};

/** The column of that name. Throws 'internal': callers check user input first. */
export const columnNamed = (table: Table, name: string): ColumnData => {
  const column = table.data[name];
  if (column !== undefined) return column;
  throw new FridayError('internal', `columns: expected ${Object.keys(table.data).join(', ')}, got ${name}`, {
    next: 'This is a bug: report it with the cell that caused it.',
  });
};

/**
 * Whether a column has a single value in each group, as the start time of a process has where no pid was used again: then it
 * divides no group, and its values need not be hashed, which takes a third of the time of `rates` over processes.
 */
const isSameThroughout = (column: ColumnData, { of, first }: Groups, size: number): boolean => {
  if (column.valid !== undefined) return false;
  const values = column.kind === 'text' ? column.codes : column.values;
  for (let i = 0; i < size; i++) if (values[i] !== values[first[of[i] as number] as number]) return false;
  return true;
};

/** Groups the rows by the values of some columns; rows where one is absent form groups of their own. */
export const groupRows = (table: Table, by: readonly string[]): Groups => {
  const { size } = table;
  const [start, ...others] = by.map((name) => columnNamed(table, name));
  if (start === undefined)
    return { count: Math.min(size, 1), of: new Uint32Array(size), first: new Uint32Array(Math.min(size, 1)) };
  let groups = number(codeColumn(start, size), size);
  for (const column of others) {
    if (isSameThroughout(column, groups, size)) continue;
    groups = number(pair({ codes: groups.of, count: groups.count }, codeColumn(column, size), size), size);
  }
  return groups;
};

/** The rows of each group, in row order: group g has `rows.subarray(start[g], start[g + 1])`. */
export const groupMembers = ({ count, of }: Groups): { readonly start: Uint32Array; readonly rows: Uint32Array } => {
  const start = new Uint32Array(count + 1);
  for (let i = 0; i < of.length; i++) start[(of[i] as number) + 1] = (start[(of[i] as number) + 1] as number) + 1;
  for (let g = 0; g < count; g++) start[g + 1] = (start[g + 1] as number) + (start[g] as number);
  const next = start.slice();
  const rows = new Uint32Array(of.length);
  for (let i = 0; i < of.length; i++) {
    const group = of[i] as number;
    rows[next[group] as number] = i;
    next[group] = (next[group] as number) + 1;
  }
  return { start, rows };
};

/** How many rows each group has. */
export const groupSizes = ({ count, of }: Groups): Uint32Array => {
  const sizes = new Uint32Array(count);
  for (let i = 0; i < of.length; i++) sizes[of[i] as number] = (sizes[of[i] as number] as number) + 1;
  return sizes;
};
