import { isValid, type NumberColumn } from './column.ts';
import type { Groups } from './group.ts';

/** Count, sum, minimum and maximum; absent values are skipped. Without values: 0, 0, NaN, NaN. */
export interface Summary {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** Summary of the first `size` rows; absent values are skipped. */
export const summarize = (column: NumberColumn, size: number): Summary => {
  const { values, valid } = column;
  let count = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < size; i++) {
    if (valid !== undefined && !isValid(valid, i)) continue;
    const value = values[i] as number;
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return count === 0 ? { count, sum, min: NaN, max: NaN } : { count, sum, min, max };
};

/** The same for each group, one array per figure. */
export const summarizeGroups = (column: NumberColumn, { count, of }: Groups) => {
  const { values, valid } = column;
  const counts = new Uint32Array(count);
  const sum = new Float64Array(count);
  const min = new Float64Array(count).fill(Infinity);
  const max = new Float64Array(count).fill(-Infinity);
  for (let i = 0; i < of.length; i++) {
    if (valid !== undefined && !isValid(valid, i)) continue;
    const group = of[i] as number;
    const value = values[i] as number;
    counts[group] = (counts[group] as number) + 1;
    sum[group] = (sum[group] as number) + value;
    if (value < (min[group] as number)) min[group] = value;
    if (value > (max[group] as number)) max[group] = value;
  }
  return { counts, sum, min, max };
};
