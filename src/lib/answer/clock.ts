import type { How } from '../api.ts';
import type { Table } from '../columns/column.ts';
import { timeColumns } from '../columns/time.ts';
import { FridayError } from '../errors.ts';

/** A table with where it comes from. */
export interface Sourced {
  readonly table: Table;
  readonly how: How;
}

/** Seconds to add to the other's times to have them on ours, and by how much that may be wrong. */
export interface Shift {
  readonly seconds: number;
  readonly error: number;
}

/** Start and end of a capture are kept to the millisecond. */
const DATE_ERROR = 0.001;

const clockOf = ({ table }: Sourced): string => table.docs[timeColumns(table)?.start ?? '']?.clock ?? '';

const sameClock = (a: Sourced, b: Sourced): boolean =>
  a.how.recording === b.how.recording && a.how.from.getTime() === b.how.from.getTime() && clockOf(a) === clockOf(b);

const say = (how: How): string =>
  `${how.as || how.question} of ${how.host} from ${how.from.toISOString()} to ${how.to.toISOString()}`;

const refuse = (where: string, seen: string, next: string): never => {
  throw new FridayError('usage', `${where}: ${seen}`, { next });
};

/** Whether two captures ran at the same time for a moment at least; where one does not say when it ran, they may have. */
const meet = (a: How, b: How): boolean => {
  const [begin, end] = [Math.max(a.from.getTime(), b.from.getTime()), Math.min(a.to.getTime(), b.to.getTime())];
  return Number.isNaN(begin) || Number.isNaN(end) || begin <= end;
};

/**
 * How the times of `other` turn into those of `own`: as they are where both count one recording's seconds on one clock,
 * else by the moments at which the recordings began, with the error of both clocks. Throws 'usage' where the windows do
 * not overlap, where no error of the clocks is known, and where it is larger than `within`.
 */
export const clockShift = (own: Sourced, other: Sourced, where: string, within?: number): Shift => {
  if (!meet(own.how, other.how)) {
    refuse(
      where,
      `expected captures of one time, got ${say(own.how)} and ${say(other.how)}`,
      'Ask both in one `ask`, so that they share one window.',
    );
  }
  if (sameClock(own, other)) return { seconds: 0, error: 0 };
  const error = own.how.clockError + other.how.clockError + DATE_ERROR;
  if (!Number.isFinite(error)) {
    refuse(
      where,
      `expected clocks whose relation is known, got ${say(own.how)} and ${say(other.how)}`,
      'Ask both in one `ask`, or give the import its time zone and clock error.',
    );
  }
  if (within !== undefined && within < error) {
    refuse(
      where,
      `expected within: to be above the error of the clocks, ${(error * 1000).toPrecision(2)} ms, got ${within * 1000} ms`,
      'Allow more, or record both on one host.',
    );
  }
  return { seconds: (other.how.from.getTime() - own.how.from.getTime()) / 1000, error };
};
