import type { Col, Column, Duration, Num } from './columns.ts';
import type { How } from './how.ts';
import type { StackHealthRow } from './profile.ts';

/** A time range. */
export interface Window {
  /** Start, in seconds since the recording's start. */
  from: number;
  /** End, in seconds since the recording's start. */
  to: number;
  /** Length in seconds. */
  seconds: number;
}

/** A figure: a cell whose last line is a figure shows it. */
export interface View {
  /** The same figure with your own caption. */
  caption(text: string): View;
  /** Saves the figure to a file; the extension selects the format: .png, .svg, .json (Vega-Lite), .md, .txt. */
  save(file: string): Promise<void>;
}

/** Grouped rows: `count()` or `rollup({...})` makes one row per group. */
export interface Grouped<R, K extends keyof R> {
  /** One row per group, with its number of rows. */
  count(): Answer<Pick<R, K> & { count: number }>;
  /**
   * One row per group, with values computed from the group's rows: `rollup({ worst: g => g.max('await') })`. A sum, mean,
   * min or max keeps its column's unit.
   */
  rollup<N extends object>(to: { [P in keyof N]: (g: Answer<R>) => N[P] }): Answer<Pick<R, K> & N>;
}

/**
 * Everything that is captured, computed or opened: typed rows, with units and docs of the columns and their provenance
 * `how`. A cell whose last line is an answer shows its sentence, its table or figure, and `how`. A value that the host
 * did not give is undefined in a row; sums, means, quantiles and rates skip it.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows of an import or a tool of one's own have columns that only the run knows
export interface Answer<R = any> {
  /** The finding, in one sentence. */
  readonly say: string;
  /** Provenance: host, tool, window, coverage, cost, limits. */
  readonly how: How;
  /** Number of rows. */
  readonly size: number;
  /** The declaration of each column: unit, doc, role. */
  readonly columns: { readonly [K in keyof R]: Column };
  /** Keeps the rows that pass a test: `filter(d => d.util > 0.5)`. */
  filter(test: (d: R) => boolean): Answer<R>;
  /** Adds columns computed from each row; the second argument declares their units and docs. */
  derive<N extends object>(
    to: { [K in keyof N]: (d: R) => N[K] },
    columns?: { [K in keyof NoInfer<N>]?: Partial<Column> },
  ): Answer<R & N>;
  /** Groups rows by equal values; `count()` or `rollup({...})` then makes one row per group. */
  groupby<K extends keyof R & string>(...by: K[]): Grouped<R, K>;
  /** Keeps these columns, in this order; the name of a joined answer keeps all of its columns. */
  select<K extends keyof R & string>(...columns: K[]): Answer<Pick<R, K>>;
  /** Sorts by a column, ascending by default; rows without a value come last. */
  orderby(by: Col<R>, how?: 'up' | 'down'): Answer<R>;
  /** The first `n` rows. */
  slice(n: number): Answer<R>;
  /** The rows as plain objects. */
  rows(): R[];
  /** Iterates over the rows as plain objects: `for (const row of answer)`. */
  [Symbol.iterator](): IterableIterator<R>;
  /** Turns counters into rates per second: one row per interval and series. After a reset or a gap the rate is absent, never negative. */
  rate(): Answer<R & { seconds: number }>;
  /** The sum of a column; absent values are skipped. */
  sum(of: Num<R>): number;
  /** The mean of the values that a column has, each row counted once; NaN if it has none. */
  mean(of: Num<R>): number;
  /** The least value of a column; NaN if it has none. */
  min(of: Num<R>): number;
  /** The greatest value of a column; NaN if it has none. */
  max(of: Num<R>): number;
  /** The `p`-quantile (0.99: the 99th percentile). Events give a value (low = high), a histogram the edges of its bucket; totals throw. */
  quantile(p: number, of: Num<R>): { low: number; high: number; n: number };
  /** The time ranges in which a test holds; `merge` joins ranges at most so far apart, `min` drops shorter ones. */
  windows(test: (d: R) => boolean, o?: { min?: Duration; merge?: Duration }): Answer<Window>;
  /** The rows that overlap one of the windows; `pad` extends each window at both ends. */
  during(w: Answer<Window>, pad?: Duration): Answer<R>;
  /** The rows that overlap none of the windows. */
  outside(w: Answer<Window>, pad?: Duration): Answer<R>;
  /**
   * Adds to each row the matching row of each other answer: the one that overlaps it longest, else the nearest one that is
   * at most `within` away. Columns in `by` must be equal. Without a match it is absent: `d.gc?.pause`, named `'gc.pause'`.
   */
  joinTime<J extends Record<string, Answer>>(
    others: J,
    o?: { by?: (keyof R & string)[]; within?: Duration },
  ): Answer<R & { [K in keyof J]?: J[K] extends Answer<infer S> ? S : never }>;
  /** A column over time: one line per value of `by` (or per series), one panel per value of `each`. */
  line(y: Num<R>, o?: { by?: Col<R>; each?: Col<R> }): View;
  /** A column as bars, largest first; with `by` one bar per value: the sum of amounts, the mean of rates and shares. */
  bar(y: Num<R>, o?: { by?: Col<R>; top?: number }): View;
  /** The distribution of a column over time, as a heat map of counts. */
  heatmap(y: Num<R>, o?: { max?: Duration }): View;
  /**
   * The call stacks of these rows as a flame graph. With `against`: the change of each share from the other rows, with
   * changes above the noise marked. Rows need a text column `stack`: `'main;work'`.
   */
  flamegraph(this: Answer<{ stack: string }>, o?: { against?: Answer<{ stack: string }> }): View;
  /** Quality of the stacks: unknown frames, broken and truncated stacks per binary, and what fixes them. */
  readonly health: Answer<StackHealthRow>;
  /** The rows as a table. */
  show(o?: { rows?: number }): View;
  /** The whole provenance as a table: tool, window, coverage, cost, what it cannot see. */
  explain(): View;
  /** The rows as an arquero table; absent values become NaN or undefined. */
  arquero(): import('arquero').ColumnTable;
  /**
   * Saves the answer; the extension selects the format. `.arrow` keeps everything: `openAnswer(file)` gives the same answer again,
   * and `pandas.read_feather`, `polars.read_ipc` and pyarrow read it. `.csv` and `.json`
   * keep the rows only: units, docs and `how` are dropped.
   */
  write(file: string): Promise<void>;
}
