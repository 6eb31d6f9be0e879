import type { NumberColumn, Table } from '../columns/column.ts';
import { nearestRows } from '../columns/nearest.ts';
import { takeRows } from '../columns/take.ts';

/** Two files of a host are read some milliseconds apart, and per-process files up to a second later: rows further apart are not of one interval. */
const NEAR = 2;

/**
 * For each row of a table the row of another source that is nearest in time, with equal values in the columns `by`: a
 * table as long as the first one, without values where no row is near. `at` gives the times if they are not `t`.
 */
export const beside = <Other extends Table>(
  table: Table & { readonly data: { readonly t: NumberColumn } },
  other: Other,
  { by = [], at = table.data.t }: { readonly by?: readonly string[]; readonly at?: NumberColumn } = {},
): Other => takeRows(other, nearestRows(table, other, { by, at, within: NEAR })) as Other;
