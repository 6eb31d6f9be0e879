import type { How } from '../api.ts';
import type { Table } from '../columns/column.ts';
import { timeColumns } from '../columns/time.ts';
import { momentOf } from '../unknown-time.ts';
import { FridayError } from '../errors.ts';

/** A table with its provenance. */
export interface Sourced {
  readonly table: Table;
  readonly how: How;
}

/** Seconds to add to the other's times to convert them to ours, with the error of the conversion. */
export interface Shift {
  readonly seconds: number;
  readonly error: number;
}

/** Start and end of a capture are kept to the millisecond. */
const DATE_ERROR = 0.001;

const clockOf = ({ table }: Sourced): string => table.docs[timeColumns(table)?.start ?? '']?.clock ?? '';

/** Whether two times are equal or both unknown (NaN). */
const sameTime = (a: Date, b: Date): boolean => Object.is(a.getTime(), b.getTime());

const sameClock = (a: Sourced, b: Sourced): boolean =>
  a.how.recording === b.how.recording && sameTime(a.how.from, b.how.from) && clockOf(a) === clockOf(b);

const say = (how: How): string =>
  `${how.as || how.question}${how.host === '' ? '' : ` of ${how.host}`} from ${momentOf(how.from)} to ${momentOf(how.to)}`;

const refuse = (where: string, seen: string, next: string): never => {
  throw new FridayError('usage', `${where}: ${seen}`, { next });
};

/** Whether two captures overlap in time; if the time of one is unknown, they may. */
const meet = (a: How, b: How): boolean => {
  const [begin, end] = [Math.max(a.from.getTime(), b.from.getTime()), Math.min(a.to.getTime(), b.to.getTime())];
  return Number.isNaN(begin) || Number.isNaN(end) || begin <= end;
};

/**
 * How to convert the times of `other` to those of `own`. Within one recording and clock they are equal; else the start
 * times of the recordings give the difference, with the error of both clocks. Throws 'usage' if the captures do not overlap,
 * if the clock error is unknown, or if it is larger than `within`.
 */
export const clockShift = (own: Sourced, other: Sourced, where: string, within?: number): Shift => {
  if (!meet(own.how, other.how)) {
    refuse(
      where,
      `expected captures that overlap in time, got ${say(own.how)} and ${say(other.how)}`,
      "Ask both in one call: host.ask({ disk: 'iostat', cpu: 'mpstat' }) gives them one window.",
    );
  }
  if (sameClock(own, other)) return { seconds: 0, error: 0 };
  const error = own.how.clockError + other.how.clockError + DATE_ERROR;
  if (!Number.isFinite(error)) {
    refuse(
      where,
      `expected captures with a known clock error, got ${say(own.how)} and ${say(other.how)}`,
      "Ask both in one call: host.ask({ disk: 'iostat', cpu: 'mpstat' }) gives them one clock.",
    );
  }
  if (within !== undefined && within < error) {
    refuse(
      where,
      `expected within to be above the clock error of ${(error * 1000).toPrecision(2)} ms, got ${within * 1000} ms`,
      'Raise within, or record both on one host.',
    );
  }
  return { seconds: (other.how.from.getTime() - own.how.from.getTime()) / 1000, error };
};
