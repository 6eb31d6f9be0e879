import type { How } from '../api.ts';
import type { Table } from '../columns/column.ts';
import { quantileOf, quantileOfBuckets } from '../columns/quantile.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';
import { numbersFor, quoted } from './names.ts';

const refuse = (what: string, next: string): never => {
  throw new FridayError('usage', what, { next });
};

/** The columns of a histogram that hold its buckets, in brackets. */
const buckets = ({ docs }: Table): string => {
  const found = Object.keys(docs).filter((name) => docs[name]?.high !== undefined);
  return found.length === 0 ? '' : ` (${found.join(', ')})`;
};

/**
 * The `p`-quantile of a column as an interval that holds it: of events one value, of a histogram the edges of its bucket.
 * Throws 'usage' on totals, which do not have single values, and on a `p` outside 0 to 1.
 */
export const quantile = (
  table: Table,
  { grain }: How,
  p: number,
  of: string,
): { low: number; high: number; n: number } => {
  if (!(p >= 0 && p <= 1))
    refuse(`quantile: expected a share from 0 to 1, got ${String(p)}`, 'Write 0.99 for the 99th percentile.');
  const column = numbersFor(table, of, 'quantile');
  if (grain === 'totals') {
    refuse(
      `quantile: expected events or a histogram, got totals per interval: ${printable(of)} of single events is not known`,
      `Take the mean or the worst interval instead: mean(${quoted(of)}), max(${quoted(of)}), or draw all of them: line(${quoted(of)}).`,
    );
  }
  if (grain === 'histogram') {
    const { high } = table.docs[of] ?? {};
    if (high === undefined)
      return refuse(
        `quantile: expected the column with the buckets${buckets(table)}, got ${printable(of)}`,
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
