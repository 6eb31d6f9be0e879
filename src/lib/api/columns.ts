/** Seconds, or a number with a unit: `0.02`, `'20ms'`, `'5min'`. */
export type Duration = number | `${number}${'us' | 'ms' | 's' | 'min' | 'h'}`;

/**
 * `events`: one row per event; `histogram`: counts per bucket; `totals`: totals per interval. Events aggregate to histograms
 * and histograms to totals, never the reverse.
 */
export type Grain = 'events' | 'histogram' | 'totals';

/** The questions and sources that `ask` takes, each with the type of its rows. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the build fills it from the lists of sources and questions
export interface Questions {}

/** Names that `ask` takes. */
export type Name = Extract<keyof Questions, string>;

/** Names of the columns whose values are of type `T`; a joined column by its path: `'turn.busy'`. */
type Named<R, T> = 0 extends 1 & R
  ? string
  : {
      [K in keyof R & string]-?: NonNullable<R[K]> extends T
        ? K
        : NonNullable<R[K]> extends object
          ? `${K}.${Named<NonNullable<R[K]>, T>}`
          : never;
    }[keyof R & string];

/** Names of the columns that hold numbers. */
export type Num<R> = Named<R, number>;

/** Names of all columns. */
export type Col<R> = Named<R, number | string>;

/** A column's declaration: unit, meaning and role. Axis titles, table heads and rates use it. */
export interface Column {
  /** 's', 'B', '1' (a fraction), 'count', 'Hz', 'id' (a number that identifies something) ...; '' for text. */
  readonly unit: string;
  /** What the column holds, in one sentence. */
  readonly doc: string;
  /** Identifies a series, alone or with other keys: a device, a CPU. Rates are computed per series. */
  readonly key?: true;
  /** Only grows, except for a wrap or reset: `rate()` turns it into a rate per second. */
  readonly counter?: true;
  /** What kind of thing the values identify. */
  readonly ref?: 'pid' | 'tid' | 'cgroup' | 'netns' | 'device' | 'peer' | 'cpu' | 'gpu' | 'stack';
  /** The title on axes, legends and table heads, if the name is not clear enough: '1-minute load'. */
  readonly title?: string;
}
