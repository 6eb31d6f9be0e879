import type { ColumnData, NumberColumn, Table } from './column.ts';
import { groupMembers, groupSizes, type Groups } from './group.ts';
import { summarizeGroups, type Summary } from './summary.ts';
import { takeColumn } from './take.ts';

/** One group of a table's rows. */
export interface Group {
  /** The group's rows; its columns are gathered when they are read. */
  readonly table: Table;
  /** The table with the rows of all groups. */
  readonly whole: Table;
  /** The summary of a column of numbers: `column` is `whole`'s column of that name. */
  readonly summary: (name: string, column: NumberColumn) => Summary;
}

/** The rows of one group. A column is gathered when it is first read, so that `quantile` of one column gathers one column. */
const gathered = (table: Table, rows: Uint32Array): Table['data'] => {
  const data = {};
  for (const [name, column] of Object.entries(table.data)) {
    let taken: ColumnData | undefined;
    Object.defineProperty(data, name, { enumerable: true, get: () => (taken ??= takeColumn(column, rows)) });
  }
  return data;
};

/** Summaries of columns by group; each column is read once, for all groups, when the first group asks. */
const summariesOf = (groups: Groups, sizes: Uint32Array) => {
  const byName = new Map<string, (group: number) => Summary>();
  return (group: number, name: string, column: NumberColumn): Summary => {
    const summaries = byName.get(name) ?? summarizeGroups(column, groups, sizes);
    byName.set(name, summaries);
    return summaries(group);
  };
};

/**
 * Makes a group by its number. Rows are sorted by group when the first group's columns are read: sizes and summaries need no
 * sorted rows.
 */
export const groupMaker = (whole: Table, groups: Groups): ((g: number) => Group) => {
  const sizes = groupSizes(groups);
  const summary = summariesOf(groups, sizes);
  let members: ReturnType<typeof groupMembers> | undefined;
  const dataOf = (g: number): Table['data'] => {
    const { start, rows } = (members ??= groupMembers(groups));
    return gathered(whole, rows.subarray(start[g], start[g + 1]));
  };
  return (g) => {
    let data: Table['data'] | undefined;
    const table: Table = {
      size: sizes[g] ?? 0,
      docs: whole.docs,
      get data() {
        return (data ??= dataOf(g));
      },
    };
    return { table, whole, summary: (name, column) => summary(g, name, column) };
  };
};
