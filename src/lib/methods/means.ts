import type { NumberIn } from '../questions/rows.ts';
import type { Timed } from './waiting/seconds.ts';

/** The values of a number column, without absent ones. */
export const numbers = <Row extends object>(rows: readonly Row[], name: NumberIn<Row>): number[] =>
  rows.map((row): unknown => row[name]).filter((value) => typeof value === 'number');

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

export const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** The sum of a column over all series at each time, averaged over the times. */
export const meanTotal = <Row extends Timed>(rows: readonly Row[], of: NumberIn<Row>): number => {
  const totals = new Map<unknown, number>();
  for (const row of rows) {
    const value: unknown = row[of];
    if (typeof value === 'number') totals.set(row.t, (totals.get(row.t) ?? 0) + value);
  }
  return mean([...totals.values()]);
};

/** Mean of a column per value of `by`, largest first. */
export const meansBy = <Row extends object>(
  rows: readonly Row[],
  by: keyof Row,
  of: NumberIn<Row>,
): readonly (readonly [string, number])[] => {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const value: unknown = row[of];
    if (typeof value !== 'number') continue;
    const key = String(row[by]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return [...groups].map(([key, values]) => [key, mean(values)] as const).sort((a, b) => b[1] - a[1]);
};
