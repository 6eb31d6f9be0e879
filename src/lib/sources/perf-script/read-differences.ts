import { HAS_TIME } from './script-text.ts';
import type { Records } from './script-text.ts';

/** Fewer pairs of samples tell nothing: differences may happen to rise. */
const PAIRS = 3;

/** The records that have a time. */
const timed = ({ flags, size }: Records): number[] => {
  const found: number[] = [];
  for (let r = 0; r < size; r++) if (((flags[r] ?? 0) & HAS_TIME) !== 0) found.push(r);
  return found;
};

const timeOf = ({ seconds, nanos }: Records, r: number): number => (seconds[r] ?? 0) * 1e9 + (nanos[r] ?? 0);

/**
 * Whether times are differences to the sample before, as `perf script --deltatime` prints them: the first is 0, and one in
 * ten or more is smaller than the one before. perf prints other times in order.
 */
const areDifferences = (records: Records, rows: readonly number[]): boolean => {
  if (rows.length <= PAIRS || timeOf(records, rows[0] ?? 0) !== 0) return false;
  let falls = 0;
  for (let i = 1; i < rows.length; i++) if (timeOf(records, rows[i] ?? 0) < timeOf(records, rows[i - 1] ?? 0)) falls++;
  return falls * 10 >= rows.length - 1;
};

const NANOS = 1e9;

/** Adds times up, in place, if they are differences. Returns whether they are. */
export const addUpDifferences = (records: Records): boolean => {
  const rows = timed(records);
  if (!areDifferences(records, rows)) return false;
  let [seconds, nanos] = [0, 0];
  for (const r of rows) {
    seconds += records.seconds[r] ?? 0;
    nanos += records.nanos[r] ?? 0;
    if (nanos >= NANOS) [seconds, nanos] = [seconds + 1, nanos - NANOS];
    records.seconds[r] = seconds;
    records.nanos[r] = nanos;
  }
  return true;
};

export const DIFFERENCES =
  'perf script: the times are differences to the sample before (--deltatime). t is their sum, up to 1 µs less per sample ' +
  'than it was, since perf cuts them off; exact: perf script --reltime --ns';
