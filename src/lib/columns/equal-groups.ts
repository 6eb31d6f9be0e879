import { valueAt, type Table } from './column.ts';
import { columnNamed, type Groups } from './group.ts';

/** The rows of a table by group. */
type Grouped = readonly [Table, Groups];

/**
 * The values of some columns in a row as one text, the same for equal values. Absent values are equal too if `absent` is
 * 'equal'; else the result is undefined if one is absent.
 */
const keyOf = (table: Table, by: readonly string[], row: number, absent: 'equal' | 'never'): string | undefined => {
  let key = '';
  for (const name of by) {
    const value = valueAt(columnNamed(table, name), row);
    if (value === undefined && absent === 'never') return undefined;
    key += `${typeof value}:${String(value)}\u0000`;
  }
  return key;
};

/**
 * For each group of the first table the group of the second one whose values in the columns `by` are equal; -1 if there is
 * none. `absent` says whether an absent value equals another absent one.
 */
export const equalGroups = (
  [table, own]: Grouped,
  [other, its]: Grouped,
  { by, absent }: { readonly by: readonly string[]; readonly absent: 'equal' | 'never' },
): Int32Array => {
  const found = new Map<string | undefined, number>();
  its.first.forEach((row, group) => found.set(keyOf(other, by, row, absent), group));
  found.delete(undefined);
  return Int32Array.from(own.first, (row) => found.get(keyOf(table, by, row, absent)) ?? -1);
};
