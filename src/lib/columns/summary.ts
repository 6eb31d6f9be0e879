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

/** Summaries of all groups: an array per figure. */
interface Summaries {
  readonly counts: Uint32Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** Adds the values of all rows. A loop of its own, because the check of a bitmap takes as long as the sum. */
const addAll = ({ values }: NumberColumn, { of }: Groups, { sum, min, max }: Summaries): void => {
  for (let i = 0; i < of.length; i++) {
    const group = of[i] as number;
    const value = values[i] as number;
    sum[group] = (sum[group] as number) + value;
    if (value < (min[group] as number)) min[group] = value;
    if (value > (max[group] as number)) max[group] = value;
  }
};

const addPresent = ({ values, valid }: NumberColumn, { of }: Groups, { counts, sum, min, max }: Summaries): void => {
  for (let i = 0; i < of.length; i++) {
    if (!isValid(valid, i)) continue;
    const group = of[i] as number;
    const value = values[i] as number;
    counts[group] = (counts[group] as number) + 1;
    sum[group] = (sum[group] as number) + value;
    if (value < (min[group] as number)) min[group] = value;
    if (value > (max[group] as number)) max[group] = value;
  }
};

/**
 * The summary of each group, `sizes` being their numbers of rows: one pass over the column for all groups. Values of a group
 * are added in row order, so each sum has the same rounding as `summarize` of the group's rows.
 */
export const summarizeGroups = (
  column: NumberColumn,
  groups: Groups,
  sizes: Uint32Array,
): ((group: number) => Summary) => {
  const { count } = groups;
  const all = column.valid === undefined;
  const found: Summaries = {
    counts: all ? sizes : new Uint32Array(count),
    sum: new Float64Array(count),
    min: new Float64Array(count).fill(Infinity),
    max: new Float64Array(count).fill(-Infinity),
  };
  if (all) addAll(column, groups, found);
  else addPresent(column, groups, found);
  return (group) => {
    const [n = 0, sum = 0] = [found.counts[group], found.sum[group]];
    const [min = NaN, max = NaN] = n === 0 ? [] : [found.min[group], found.max[group]];
    return { count: n, sum, min, max };
  };
};
