import type { ColumnDoc } from '../columns/column.ts';
import type { Grain } from '../answer/how.ts';

export type Value = number | string | undefined;
export type Row = Readonly<Record<string, Value>>;

/** Facts about the host that a question may use besides its sources. */
export interface HostShape {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly pageSize: number;
}

/**
 * What a question reads: rows of the sources that it names, of one recording. Naming the columns saves making the others
 * (keys and times are always there): a minute of 3,000 processes has ten million cells.
 */
export interface Reading {
  readonly host: HostShape;
  /** The rows as they were sampled; counters count from boot. */
  readonly rows: (source: string, columns?: readonly string[]) => Iterable<Row>;
  /**
   * One row per series and interval: `t` is the interval's start, `seconds` its length, counters are per second, other
   * columns have their value at the interval's end. A counter is absent if it was reset in the interval, or if its series
   * had no row in between.
   */
  readonly rates: (source: string, columns?: readonly string[]) => Iterable<Row>;
}

/** One question that can be asked of a host, whatever tool answers it. */
export interface Question {
  /** 'disk-activity': the name in code, in docs and in the answer. */
  readonly name: string;
  /** Names that experts type: 'iostat'. */
  readonly aliases: readonly string[];
  /** The question in words. */
  readonly doc: string;
  readonly sources: readonly string[];
  readonly grain: Grain;
  /** Why no tool with more detail was used, in a sentence. */
  readonly whyNotBetter: string;
  /** What this tool cannot see, a sentence each. */
  readonly cannotSee: readonly string[];
  readonly columns: Readonly<Record<string, ColumnDoc>>;
  answer(reading: Reading): Iterable<Row>;
}

/** Column docs that many questions share. */
export const time: ColumnDoc = {
  unit: 's',
  clock: 'monotonic',
  doc: "Start of the interval, counted from the recording's start.",
};
export const seconds: ColumnDoc = { unit: 's', span: true, doc: 'Length of the interval.' };

/** The sum of the values that are numbers; undefined if none is. */
export const plus = (...values: readonly Value[]): number | undefined => {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0);
};

/** `a / b`; undefined if one of them is absent or b is 0. */
export const ratio = (a: Value, b: Value): number | undefined =>
  typeof a === 'number' && typeof b === 'number' && b !== 0 ? a / b : undefined;

/** Finds the row nearest to a time, at most `within` seconds away; the times must ascend from call to call. */
export const nearestTo = (rows: readonly Row[], within: number): ((t: Value) => Row | undefined) => {
  let at = 0;
  const gap = (i: number, t: number): number => Math.abs(Number(rows[i]?.['t'] ?? Infinity) - t);
  return (t) => {
    if (typeof t !== 'number') return undefined;
    while (at + 1 < rows.length && gap(at + 1, t) <= gap(at, t)) at++;
    return gap(at, t) <= within ? rows[at] : undefined;
  };
};

/** Groups rows by time and the values of `keys`; groups are in order of first appearance. */
export const byTime = (rows: Iterable<Row>, keys: readonly string[] = []): Iterable<readonly Row[]> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = ['t', ...keys].map((name) => String(row[name])).join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups.values();
};

/** A share of an interval, limited to 1: files are read some milliseconds before or after the sample's time, so it can exceed 1. */
export const shareOfInterval = (value: Value): number | undefined =>
  typeof value === 'number' ? Math.min(1, value) : undefined;

/** The lines "some" and "full" of a pressure file at one time as one row. */
export const someAndFull = (rows: readonly Row[]): Row => {
  const of = (kind: string): Value => shareOfInterval(rows.find((row) => row['kind'] === kind)?.['total']);
  return { t: rows[0]?.['t'], seconds: rows[0]?.['seconds'], some: of('some'), full: of('full') };
};

/** "name (pid)", the label of a process. */
export const processLabel = (name: Value, pid: Value): string => `${String(name)} (${String(pid)})`;
