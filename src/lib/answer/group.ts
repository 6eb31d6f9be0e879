import type { ColumnData, ColumnDoc, Table } from '../columns/column.ts';
import { groupMaker, type Group } from '../columns/group-tables.ts';
import { groupRows, groupSizes, type Groups } from '../columns/group.ts';
import { takeColumn } from '../columns/take.ts';
import { asValue, columnOf, derivedDoc } from './derive.ts';
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

/** The values of a figure, one per group, and the units that they have. */
interface Found {
  readonly values: (number | string | undefined)[];
  readonly units: Set<string>;
}

/**
 * One row per group: its keys and figures, each computed from the group's own rows. A figure that is the sum, mean, min or
 * max of a column as it stands has that column's unit, any other has none.
 */
export const rollupGroups = (
  table: Table,
  by: readonly string[],
  figures: Readonly<Record<string, (group: Group) => unknown>>,
  code: Readonly<Record<string, string>> = {},
): Table => {
  const groups = groupRows(table, by);
  const groupAt = groupMaker(table, groups);
  const named = Object.entries(figures).map(([name, figure]) => {
    const found: Found = { values: [], units: new Set() };
    return { name, figure, where: `rollup ${name}`, ...found };
  });
  // All figures of a group before the next group, so that the rows that one group gathered are released.
  for (let g = 0; g < groups.count; g++) {
    const group = groupAt(g);
    for (const { figure, where, values, units } of named) {
      const { value, unit } = measuring(() => figure(group));
      values.push(asValue(value, where));
      units.add(unit);
    }
  }
  const added = named.map(({ name, figure, where, values, units }) => {
    const column = columnOf(groups.count, (g) => values[g], where);
    const [unit = ''] = units;
    return [name, column, derivedDoc(name, code[name] ?? figure, units.size === 1 ? { unit } : {})] as const;
  });
  return plus(keysOf(table, groups, by), added);
};
