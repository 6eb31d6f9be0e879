import type { NumberIn } from '../../questions/rows.ts';
import type { Seen } from '../step.ts';

/** A row with a time; rows of several questions are compared by their second. */
export interface Timed {
  readonly t?: number | undefined;
}

/** The second of a row: sources are sampled some milliseconds apart, so times are rounded from the first one. */
export const secondOf = ({ rows }: Seen): ((row: Timed) => number) => {
  const base = rows('system-activity')[0]?.t ?? rows('process-activity')[0]?.t ?? 0;
  return ({ t = 0 }) => Math.round(t - base);
};

/** The largest value of each second, with its row; rows without a value do not count. */
export const largestBySecond = <Row extends Timed>(
  rows: readonly Row[],
  second: (row: Timed) => number,
  value: (row: Row) => number | undefined,
): ReadonlyMap<number, { readonly value: number; readonly row: Row }> => {
  const found = new Map<number, { readonly value: number; readonly row: Row }>();
  for (const row of rows) {
    const at = value(row);
    if (at === undefined || Number.isNaN(at)) continue;
    const known = found.get(second(row));
    if (known === undefined || at > known.value) found.set(second(row), { value: at, row });
  }
  return found;
};

/** The value of a number column, undefined if absent. */
export const numberOf = <Row extends object>(row: Row | undefined, name: NumberIn<Row>): number | undefined => {
  const value: unknown = row?.[name];
  return typeof value === 'number' ? value : undefined;
};

/** The row with the largest value of a column; undefined if none is above 0. */
export const largestOf = <Row extends object>(rows: readonly Row[], name: NumberIn<Row>): Row | undefined =>
  rows.reduce<Row | undefined>(
    (most, row) => ((numberOf(row, name) ?? 0) > (numberOf(most, name) ?? 0) ? row : most),
    undefined,
  );

/** A row over an interval. */
interface Interval {
  readonly seconds?: number | undefined;
}

/** The number of events in the window, from their rate. */
export const totalOf = <Row extends Interval>(rows: readonly Row[], name: NumberIn<Row>): number =>
  rows.reduce((sum, row) => sum + (numberOf(row, name) ?? 0) * (numberOf<Interval>(row, 'seconds') ?? 1), 0);

/** How much waiting for a resource was seen. */
export type Level = 'none' | 'some' | 'much';

/** Waiting for one resource over the window, judged by its worst second. */
export interface Waits {
  /** Whether any figure of waiting was captured: without one nothing is cleared. */
  readonly measured: boolean;
  readonly level: Level;
  /** Share of the worst second in which a task waited. */
  readonly worst: number;
  /** Seconds in which tasks waited for at least `limit`, and the number of all seconds. */
  readonly bad: ReadonlySet<number>;
  readonly limit: number;
  readonly of: number;
}

/**
 * Limits on shares: `bad` in two seconds, or `worst` in one, is much; `bad` in one second, or `some` in `times` seconds
 * (default 1), is some.
 */
export interface Bounds {
  readonly worst: number;
  readonly bad: number;
  readonly some: number;
  readonly times?: number;
}

/** Judges shares of seconds by bounds. */
export const judgeWaits = (shares: ReadonlyMap<number, number>, bounds: Bounds, measured = shares.size > 0): Waits => {
  const values = [...shares.values()];
  const worst = values.reduce((a, b) => Math.max(a, b), 0);
  const over = (limit: number): readonly number[] =>
    [...shares].filter(([, share]) => share >= limit).map(([at]) => at);
  const much = worst >= bounds.worst || over(bounds.bad).length >= 2;
  const some = worst >= bounds.bad || over(bounds.some).length >= (bounds.times ?? 1);
  const limit = much ? Math.min(bounds.bad, worst) : bounds.some;
  return {
    measured,
    level: much ? 'much' : some ? 'some' : 'none',
    worst,
    bad: new Set(over(limit)),
    limit,
    of: shares.size,
  };
};
