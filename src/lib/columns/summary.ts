import { isValid, type NumberColumn } from './column.ts';

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
