import type { ColumnData, ColumnDoc, Table } from '../columns/column.ts';
import { groupMembers, groupRows, groupSizes, type Groups } from '../columns/group.ts';
import { takeColumn } from '../columns/take.ts';
import { columnOf, derivedDoc } from './derive.ts';
import { measuring } from './summary.ts';

/** The key columns of each group, from its first row. */
const keysOf = (table: Table, groups: Groups, by: readonly string[]): Table => ({
  size: groups.count,
  data: Object.fromEntries(by.map((name) => [name, takeColumn(table.data[name] as ColumnData, groups.first)])),
  docs: Object.fromEntries(by.map((name) => [name, { ...(table.docs[name] ?? { unit: '', doc: name }), key: true }])),
});

const plus = (table: Table, added: readonly (readonly [string, ColumnData, ColumnDoc])[]): Table => ({
  size: table.size,
  data: { ...table.data, ...Object.fromEntries(added.map(([name, column]) => [name, column])) },
  docs: { ...table.docs, ...Object.fromEntries(added.map(([name, , doc]) => [name, doc])) },
});

/** One row per group: its keys and how many rows it has. */
export const countGroups = (table: Table, by: readonly string[]): Table => {
  const groups = groupRows(table, by);
  const values = groupSizes(groups);
  return plus(keysOf(table, groups, by), [
    ['count', { kind: 'number', values }, { unit: 'count', doc: 'Rows of the group.' }],
  ]);
};

/** The rows of one group. A column is gathered when it is first read, so that `sum` of one column gathers one column. */
const lazyRows = (table: Table, rows: Uint32Array): Table => {
  const data = {};
  for (const [name, column] of Object.entries(table.data)) {
    let taken: ColumnData | undefined;
    Object.defineProperty(data, name, { enumerable: true, get: () => (taken ??= takeColumn(column, rows)) });
  }
  return { size: rows.length, docs: table.docs, data };
};

/**
 * One row per group: its keys and figures, each computed from the group's own table. A figure that is the sum, mean, min or
 * max of a column as it stands has that column's unit, any other has none.
 */
export const rollupGroups = (
  table: Table,
  by: readonly string[],
  figures: Readonly<Record<string, (group: Table) => unknown>>,
  code: Readonly<Record<string, string>> = {},
): Table => {
  const groups = groupRows(table, by);
  const { start, rows } = groupMembers(groups);
  const tables = Array.from(groups.first, (_, g) => lazyRows(table, rows.subarray(start[g], start[g + 1])));
  const added = Object.entries(figures).map(([name, figure]) => {
    const units = new Set<string>();
    const compute = (g: number): unknown => {
      const { value, unit } = measuring(() => figure(tables[g] as Table));
      units.add(unit);
      return value;
    };
    const column = columnOf(groups.count, compute, `rollup ${name}`);
    const [unit = ''] = units;
    return [name, column, derivedDoc(name, code[name] ?? figure, units.size === 1 ? { unit } : {})] as const;
  });
  return plus(keysOf(table, groups, by), added);
};
