import { isValid, type NumberColumn, type Table } from './column.ts';
import { equalGroups } from './equal-groups.ts';
import { groupMembers, groupRows } from './group.ts';
import { numbersNamed } from './time.ts';

/** The times of rows; rows without one are infinitely far from every time. */
const timesOf = (rows: Uint32Array, { values, valid }: NumberColumn): Float64Array => {
  const times = new Float64Array(rows.length);
  for (let i = 0; i < times.length; i++) {
    const row = rows[i] as number;
    times[i] = isValid(valid, row) ? (values[row] as number) : Infinity;
  }
  return times;
};

/** How rows of two tables are paired. */
export interface Nearest {
  /** Columns that must be equal in both tables. */
  readonly by?: readonly string[];
  /** The largest distance in seconds. */
  readonly within: number;
  /** The time of each row of the first table, ascending in each series. */
  readonly at: NumberColumn;
}

/**
 * For each row of `table` the row of `other` that is nearest in time, the later of two; -1 if none is near enough. The
 * times `t` of `other` ascend in each series.
 */
export const nearestRows = (table: Table, other: Table, { by = [], within, at }: Nearest): Int32Array => {
  const matches = new Int32Array(table.size).fill(-1);
  const time = numbersNamed(other, 't');
  if (time === undefined || other.size === 0) return matches;
  const [own, its] = [groupRows(table, by), groupRows(other, by)];
  const series = equalGroups([table, own], [other, its], { by, absent: 'equal' });
  const { start, rows } = groupMembers(its);
  const times = timesOf(rows, time);
  const next = start.slice();
  for (let i = 0; i < table.size; i++) {
    const group = series[own.of[i] as number] as number;
    if (group < 0 || !isValid(at.valid, i)) continue;
    const t = at.values[i] as number;
    const last = (start[group + 1] as number) - 1;
    let near = next[group] as number;
    let gap = Math.abs((times[near] as number) - t);
    for (; near < last; near++) {
      const after = Math.abs((times[near + 1] as number) - t);
      if (after > gap) break;
      gap = after;
    }
    next[group] = near;
    if (gap <= within) matches[i] = rows[near] as number;
  }
  return matches;
};
