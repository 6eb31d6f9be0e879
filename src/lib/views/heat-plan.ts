import { isValid, type NumberColumn, type Table } from '../columns/column.ts';
import { heatByDoubling, heatBySteps, type Heat } from '../columns/bin.ts';
import { timeColumns } from '../columns/time.ts';
import { FridayError } from '../errors.ts';
import { roundUp } from './labels.ts';
import { asNumbers } from './series.ts';
import { second } from './style.ts';
import { columnTitle } from './titles.ts';
import { formatValue } from './units.ts';

export interface HeatOptions {
  readonly y: string;
  /** Values above it are counted but not drawn. */
  readonly max: number | undefined;
  /** When second 0 was. */
  readonly from: Date;
}

/** What a heat map draws: the ranges of both axes and the width of its rows. */
export interface HeatPlan {
  readonly time: NumberColumn;
  readonly values: NumberColumn;
  readonly size: number;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  /**
   * Whether each row spans twice the values of the row below it (a logarithmic axis): used if the values span more than
   * a factor of 10 and are not shares.
   */
  readonly doubling: boolean;
  /** How many values are not drawn: at or below 0 on a logarithmic axis, or above `max`. */
  readonly hidden: number;
}

const WIDE = 10;
const STEPS = 40;

const refuse = (got: string): never => {
  throw new FridayError('usage', `heatmap: expected rows with a time (a column with a clock) and a value, got ${got}`, {
    next: 'Use it before groupby, while rows still have their time.',
  });
};

/** The ranges of a table's values; rows without a time or value are skipped. */
export const heatPlan = (table: Table, { y, max = Infinity }: HeatOptions): HeatPlan => {
  const time = asNumbers(table.data[timeColumns(table)?.start ?? '']);
  const values = asNumbers(table.data[y]);
  if (time === undefined || values === undefined) return refuse(Object.keys(table.data).join(', '));
  let [from, to, least, low, high] = [Infinity, -Infinity, Infinity, Infinity, -Infinity];
  const present = (i: number): boolean => isValid(time.valid, i) && isValid(values.valid, i);
  for (let i = 0; i < table.size; i++) {
    const [t, value] = [time.values[i] as number, values.values[i] as number];
    if (!present(i) || value > max) continue;
    from = Math.min(from, t);
    to = Math.max(to, t);
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (value > 0) least = Math.min(least, value);
  }
  // A share keeps its linear axis from 0, so that idle time is drawn as well.
  const doubling = table.docs[y]?.unit !== '1' && high / least > WIDE;
  const bottom = doubling ? least : Math.min(0, low);
  let hidden = 0;
  for (let i = 0; i < table.size; i++) {
    const value = values.values[i] as number;
    if (present(i) && (value > max || (doubling && value <= 0))) hidden++;
  }
  return {
    time,
    values,
    size: table.size,
    from,
    to,
    low: bottom,
    high: doubling ? high : high > 0 ? roundUp(high) : 1,
    doubling,
    hidden,
  };
};

/** The counts per cell, with `columns` steps of time. */
export const heatCells = ({ time, values, size, from, to, low, high, doubling }: HeatPlan, columns: number): Heat =>
  doubling
    ? heatByDoubling(time, values, size, { columns, from, to, yRange: [low, high] })
    : heatBySteps(time, values, size, { columns, from, to, yRange: [low, high], bins: STEPS });

/** How many values are not drawn and why, as a sentence. */
const leftOut = ({ hidden }: HeatPlan, max: number | undefined): string => {
  if (hidden === 0) return '';
  const values = hidden === 1 ? '1 value' : `${formatValue(hidden, 'count')} values`;
  return max === undefined
    ? ` ${values} of 0 or below cannot be drawn on a logarithmic axis.`
    : ` ${values} outside the axis ${hidden === 1 ? 'is' : 'are'} not drawn.`;
};

/**
 * One sentence: the row of cells with most values, its share, the number of values, and the highest value with its
 * time.
 */
export const heatSentence = (table: Table, { y, max }: HeatOptions, plan: HeatPlan, cells: Heat): string => {
  const unit = table.docs[y]?.unit ?? '';
  const title = columnTitle(y, table.docs[y]);
  const total = cells.counts.reduce((sum, n) => sum + n, 0);
  if (total === 0) return `${title}: no value to draw.`;
  const columns = cells.x.length - 1;
  const rows = Array.from({ length: cells.y.length - 1 }, (_, bin) =>
    cells.counts.subarray(bin * columns, (bin + 1) * columns).reduce((sum, n) => sum + n, 0),
  );
  const mode = rows.indexOf(Math.max(...rows));
  const band = `${formatValue(cells.y[mode] ?? 0, unit)} to ${formatValue(cells.y[mode + 1] ?? 0, unit)}`;
  const share = formatValue((rows[mode] ?? 0) / total, '1');
  const highest = highestOf(plan);
  return (
    `${title}: ${share} of ${formatValue(total, 'count')} rows are ${band}; ` +
    `the highest is ${formatValue(highest.value, unit)} after ${second(highest.at)}.${leftOut(plan, max)}`
  );
};

const highestOf = ({ time, values, size, low, high }: HeatPlan): { value: number; at: number } => {
  let [value, at] = [-Infinity, NaN];
  for (let i = 0; i < size; i++) {
    const v = values.values[i] as number;
    if (v > value && v >= low && v <= high && isValid(values.valid, i) && isValid(time.valid, i))
      [value, at] = [v, time.values[i] as number];
  }
  return { value, at };
};
