import type { Table } from '../columns/column.ts';
import { summarize } from '../columns/summary.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';
import { numbersFor, quoted } from './names.ts';

/** What the values of a column come to; each skips absent values. */
export type Figure = 'sum' | 'mean' | 'min' | 'max';

/** A figure and the unit of the column that it is of. */
interface Measured {
  readonly value: number;
  readonly unit: string;
}

/** The figures that were taken while `measuring` runs a closure. */
let taken: Measured[] | undefined;

/** Runs a closure; `unit` is that of the figure that it gives back as it stands, '' where it gives something else. */
export const measuring = (compute: () => unknown): { readonly value: unknown; readonly unit: string } => {
  const before = taken;
  const own: Measured[] = (taken = []);
  try {
    const value = compute();
    return { value, unit: own.find((one) => Object.is(one.value, value))?.unit ?? '' };
  } finally {
    taken = before;
  }
};

/** What to write instead where a column holds the edges of a histogram's buckets. */
const OF_BUCKETS: Readonly<Record<Figure, (of: string) => string>> = {
  sum: () => "Sum the events: sum('count').",
  mean: (of) => `Take the median instead: quantile(0.5, ${quoted(of)}).`,
  min: (of) => `Take the lowest bucket instead: quantile(0, ${quoted(of)}).low.`,
  max: (of) => `Take the highest bucket instead: quantile(1, ${quoted(of)}).high.`,
};

/**
 * The sum, mean, least or greatest value of a column. Of no values the sum is 0 and the others are NaN. Throws 'usage' on
 * the edges of a histogram's buckets, which are not values that were measured.
 */
export const figureOf = (table: Table, figure: Figure, of: string): number => {
  const column = numbersFor(table, of, figure);
  if (table.docs[of]?.high !== undefined) {
    throw new FridayError(
      'usage',
      `${figure}: expected measured values, got ${printable(of)}, the edges of a histogram's buckets`,
      {
        next: OF_BUCKETS[figure](of),
      },
    );
  }
  const { count, sum, min, max } = summarize(column, table.size);
  const value = { sum, mean: sum / count, min, max }[figure];
  taken?.push({ value, unit: table.docs[of]?.unit ?? '' });
  return value;
};
