import { isValid, type ColumnData, type NumberColumn, type Table } from '../columns/column.ts';
import { groupMembers, groupRows } from '../columns/group.ts';
import { nameOf } from './titles.ts';

/** A line of a chart: points in order of time; an absent value is NaN and interrupts the line. */
export interface Series {
  readonly name: string;
  readonly panel: string;
  readonly t: Float64Array;
  readonly y: Float64Array;
  readonly peak: number;
  readonly peakAt: number;
  readonly mean: number;
  /** Whether several of its points have the same time, so that the line runs up and down between them. */
  readonly crowded: boolean;
}

const summed = (t: Float64Array, y: Float64Array): { t: Float64Array; y: Float64Array } => {
  const times: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < t.length; i++) {
    const last = times.length - 1;
    if (last >= 0 && times[last] === t[i]) values[last] = add(values[last] as number, y[i] as number);
    else {
      times.push(t[i] as number);
      values.push(y[i] as number);
    }
  }
  return { t: Float64Array.from(times), y: Float64Array.from(values) };
};

const add = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : a + b);

const seriesOf = (time: NumberColumn, value: NumberColumn, rows: Uint32Array, together: boolean) => {
  const own = rows
    .filter((row) => isValid(time.valid, row))
    .sort((a, b) => (time.values[a] as number) - (time.values[b] as number));
  const t = Float64Array.from(own, (row) => time.values[row] as number);
  const y = Float64Array.from(own, (row) => (isValid(value.valid, row) ? (value.values[row] as number) : NaN));
  const points = together ? summed(t, y) : { t, y };
  let [peak, peakAt, sum, n] = [-Infinity, NaN, 0, 0];
  points.y.forEach((v, i) => {
    if (!Number.isFinite(v)) return;
    sum += v;
    n++;
    if (v > peak) [peak, peakAt] = [v, points.t[i] as number];
  });
  const crowded = points.t.some((at, i) => i > 0 && at === points.t[i - 1]);
  return { ...points, peak, peakAt, mean: n === 0 ? NaN : sum / n, crowded };
};

/**
 * The lines of a chart, highest first; lines without a value are left out. Values of one line at the same time are
 * added if `together` (bytes of all disks), else drawn one by one.
 */
export const seriesBy = (
  table: Table,
  columns: {
    readonly time: NumberColumn;
    readonly y: NumberColumn;
    /** The columns that separate lines, and those that name them. */
    readonly by: readonly string[];
    readonly named: readonly string[];
    readonly each: string | undefined;
  },
  { together }: { readonly together: boolean },
): Series[] => {
  const { time, y, by, named, each } = columns;
  const names = each === undefined ? by : [...by, each];
  const groups = groupRows(table, names);
  const { start, rows } = groupMembers(groups);
  return Array.from(groups.first, (first, g) => ({
    name: nameOf(table, named, first),
    panel: each === undefined ? '' : nameOf(table, [each], first),
    ...seriesOf(time, y, rows.subarray(start[g], start[g + 1]), together),
  }))
    .filter(({ peak }) => Number.isFinite(peak))
    .sort((a, b) => b.peak - a.peak || b.mean - a.mean);
};

/** The line with at most two points per pixel column: the lowest and the highest, in order of time. */
export const thin = ({ t, y }: Series, from: number, to: number, columns: number): { t: number[]; y: number[] } => {
  const out = { t: [] as number[], y: [] as number[] };
  const put = (i: number): void => {
    out.t.push(t[i] as number);
    out.y.push(y[i] as number);
  };
  if (t.length <= 2 * columns) {
    for (let i = 0; i < t.length; i++) put(i);
    return out;
  }
  const column = (i: number): number => Math.floor((((t[i] as number) - from) / (to - from || 1)) * columns);
  for (let i = 0; i < t.length;) {
    let [low, high, end] = [i, i, i + 1];
    for (; end < t.length && column(end) === column(i); end++) {
      if ((y[end] as number) < (y[low] as number) || Number.isNaN(y[low])) low = end;
      if ((y[end] as number) > (y[high] as number) || Number.isNaN(y[high])) high = end;
    }
    put(Math.min(low, high));
    if (low !== high) put(Math.max(low, high));
    i = end;
  }
  return out;
};

/** Whether values of a column can be added across series: amounts and rates can, shares and settings cannot. */
export const addsUp = (unit: string): boolean => /^(B|count|pages|requests)(\/s)?$|^1\/s$/.test(unit);

/** The column if it holds numbers. */
export const asNumbers = (column: ColumnData | undefined): NumberColumn | undefined =>
  column?.kind === 'number' ? column : undefined;
