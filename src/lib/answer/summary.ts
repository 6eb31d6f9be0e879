import type { Table } from '../columns/column.ts';
import type { Group } from '../columns/group-tables.ts';
import { summarize } from '../columns/summary.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';
import { numbersFor, quoted } from './names.ts';

/** A statistic of a column; absent values are skipped. */
export type Figure = 'sum' | 'mean' | 'min' | 'max';

/** A statistic and the unit of its column. */
interface Measured {
  readonly value: number;
  readonly unit: string;
}

/** The statistics computed so far by the closure that `measuring` runs. */
let taken: Measured[] | undefined;

/** Runs a closure; `unit` is that of the statistic that it returns unchanged, '' if it returns something else. */
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
 * The sum, mean, minimum or maximum of a column. Without values the sum is 0 and the others are NaN. Throws 'usage' on
 * the edges of a histogram's buckets, which are not measured values. If the table is a group's, `group` has it summarized
 * with the other groups.
 */
export const figureOf = (table: Table, figure: Figure, of: string, group?: Group): number => {
  // A group's own column would be gathered if it were read.
  const column = numbersFor(group?.whole ?? table, of, figure);
  if (table.docs[of]?.high !== undefined) {
    throw new FridayError(
      'usage',
      `${figure}: expected measured values, got ${printable(of)}, the edges of a histogram's buckets`,
      {
        next: OF_BUCKETS[figure](of),
      },
    );
  }
  const { count, sum, min, max } = group?.summary(of, column) ?? summarize(column, table.size);
  const value = { sum, mean: sum / count, min, max }[figure];
  taken?.push({ value, unit: table.docs[of]?.unit ?? '' });
  return value;
};
