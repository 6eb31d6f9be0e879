import { isValid, type NumberColumn, type Table } from './column.ts';
import { groupMembers, groupRows } from './group.ts';
import { keyColumns, median, numbersNamed, timeColumns } from './time.ts';

/** Start and end per row, in seconds; NaN where a row has no time. A moment has equal start and end. */
export interface Spans {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** Rows are samples, not events, if at least this share of their intervals is near the median. */
const REGULAR = 0.8;
/** A sample is valid until the next one of its series, at most this many median intervals. */
const HOLDS = 2.5;

/** Start and end of each row, from its time and span. Undefined if the table has no time. */
export const rowSpans = (table: Table): Spans | undefined => {
  const time = timeColumns(table);
  const start = numbersNamed(table, time?.start);
  if (start === undefined) return undefined;
  const span = numbersNamed(table, time?.span);
  const from = new Float64Array(table.size);
  const to = new Float64Array(table.size);
  for (let i = 0; i < table.size; i++) {
    const at = isValid(start.valid, i) ? (start.values[i] as number) : NaN;
    from[i] = at;
    to[i] = span !== undefined && isValid(span.valid, i) ? at + Math.max(0, span.values[i] as number) : at;
  }
  return { from, to };
};

/** For each row the time of the next row of its series, NaN for the last. */
const nextTimes = (table: Table, time: NumberColumn): Float64Array => {
  const series = groupRows(table, keyColumns(table));
  const { start, rows } = groupMembers(series);
  const next = new Float64Array(table.size).fill(NaN);
  for (let s = 0; s < series.count; s++) {
    const own = rows
      .slice(start[s], start[s + 1])
      .sort((a, b) => (time.values[a] as number) - (time.values[b] as number));
    for (let i = 1; i < own.length; i++) next[own[i - 1] as number] = time.values[own[i] as number] as number;
  }
  return next;
};

/** The median interval between samples of a series; undefined if rows do not come at regular times (events). */
const samplingStep = (from: Float64Array, next: Float64Array): number | undefined => {
  const steps = next.map((to, i) => to - (from[i] as number)).filter((step) => step > 0);
  const usual = median(steps);
  const near = steps.filter((step) => step > usual / 2 && step < usual * 2).length;
  return near > 0 && near >= steps.length * REGULAR ? usual : undefined;
};

/** The span in which each row is valid: as `rowSpans`, but a sample is valid until the next one of its series. */
export const heldSpans = (table: Table): Spans | undefined => {
  const time = timeColumns(table);
  const spans = rowSpans(table);
  const start = numbersNamed(table, time?.start);
  if (spans === undefined || start === undefined || time?.span !== undefined) return spans;
  const next = nextTimes(table, start);
  const step = samplingStep(spans.from, next);
  if (step === undefined) return spans;
  const to = spans.from.map((from, i) =>
    Math.min(from + HOLDS * step, Number.isNaN(next[i]) ? from + step : (next[i] as number)),
  );
  return { from: spans.from, to };
};

/** Merges spans that overlap, touch, or are at most `merge` apart, then drops those shorter than `min`. In order of time. */
export const unite = (
  { from, to }: Spans,
  { merge = 0, min = 0 }: { readonly merge?: number; readonly min?: number } = {},
): Spans => {
  const order = Uint32Array.from(from.keys())
    .filter((i) => !Number.isNaN(from[i]))
    .sort((a, b) => (from[a] as number) - (from[b] as number));
  const starts: number[] = [];
  const ends: number[] = [];
  for (const i of order) {
    const [begin, end] = [from[i] as number, to[i] as number];
    const last = ends.length - 1;
    // Adjacent intervals may differ by a rounding error of the clock.
    if (last >= 0 && begin <= (ends[last] as number) + merge + 1e-9) ends[last] = Math.max(ends[last] as number, end);
    else {
      starts.push(begin);
      ends.push(end);
    }
  }
  const long = starts.map((begin, i) => (ends[i] as number) - begin >= min);
  return {
    from: Float64Array.from(starts.filter((_, i) => long[i])),
    to: Float64Array.from(ends.filter((_, i) => long[i])),
  };
};

/** How many of the values, which ascend, are below `than`. */
export const countBelow = (values: Float64Array, than: number): number => {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < than) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * For each row 1 where it overlaps one of the windows (united: disjoint and in order). A moment belongs to the window
 * that begins with it, not to the one that ends with it.
 */
export const overlapping = (rows: Spans, windows: Spans): Uint8Array =>
  Uint8Array.from(rows.from, (from, i) => {
    const to = rows.to[i] as number;
    const first = countBelow(windows.to, from);
    for (let w = first; w < windows.from.length && (windows.from[w] as number) <= to; w++) {
      const [begin, end] = [windows.from[w] as number, windows.to[w] as number];
      if (from === begin || (from < end && to > begin)) return 1;
    }
    return 0;
  });
