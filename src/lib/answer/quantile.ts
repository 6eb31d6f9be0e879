import type { How } from '../api.ts';
import type { Table } from '../columns/column.ts';
import { quantileOf, quantileOfBuckets } from '../columns/quantile.ts';
import { summarize } from '../columns/summary.ts';
import { FridayError } from '../errors.ts';
import { numbersFor } from './names.ts';

const refuse = (what: string, next: string): never => {
  throw new FridayError('usage', what, { next });
};

/** The sum of a column; throws 'usage' on a histogram's bucket edges, which are no amounts. */
export const sumOf = (table: Table, of: string): number => {
  const column = numbersFor(table, of, 'sum');
  if (table.docs[of]?.high !== undefined) {
    refuse(
      `sum: expected amounts, got ${of}, the edges of a histogram's buckets`,
      "Sum 'count', or ask with need: 'events'.",
    );
  }
  return summarize(column, table.size).sum;
};

/**
 * The `p`-quantile of a column as an interval that holds it: of events a point, of a histogram the edges of its bucket.
 * Throws 'usage' on totals, which have lost it, and on a `p` that is no share.
 */
export const quantile = (
  table: Table,
  { grain }: How,
  p: number,
  of: string,
): { low: number; high: number; n: number } => {
  if (!(p >= 0 && p <= 1))
    refuse(`quantile: expected a share from 0 to 1, got ${p}`, 'Write 0.99 for the 99th percentile.');
  const column = numbersFor(table, of, 'quantile');
  if (grain === 'totals') {
    refuse(
      `quantile: expected events or a histogram, got totals: sums of ${of} say nothing of single events`,
      "Ask with need: 'events' or 'histogram'.",
    );
  }
  if (grain === 'histogram') {
    const { high } = table.docs[of] ?? {};
    if (high === undefined)
      return refuse(
        `quantile: expected the column that holds the buckets, got ${of}`,
        'Use the column whose distribution was counted.',
      );
    return quantileOfBuckets(
      column,
      numbersFor(table, high, 'quantile'),
      numbersFor(table, 'count', 'quantile'),
      table.size,
      p,
    );
  }
  const { value, n } = quantileOf(column, table.size, p);
  return { low: value, high: value, n };
};
