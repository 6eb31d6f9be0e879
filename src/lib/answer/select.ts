import type { Table } from '../columns/column.ts';
import { unknownName } from './names.ts';

/** Names of joined answers: 'turn' for the column 'turn.busy'. */
const joinedNames = ({ docs }: Table): readonly string[] =>
  Object.values(docs).flatMap(({ within }) => within?.slice(0, 1) ?? []);

/** The columns that a name stands for: one column, or all columns of the answer that was joined as `name`. */
const columnsOf = (table: Table, name: string): readonly string[] => {
  if (Object.hasOwn(table.data, name)) return [name];
  const below = Object.keys(table.data).filter((column) => table.docs[column]?.within?.[0] === name);
  const known = [...Object.keys(table.data), ...new Set(joinedNames(table))];
  return below.length > 0 ? below : unknownName('select', name, known);
};

/** The table with these columns only, in this order. */
export const selectColumns = (table: Table, names: readonly string[]): Table => {
  const kept = [...new Set(names.flatMap((name) => columnsOf(table, name)))];
  return {
    size: table.size,
    data: Object.fromEntries(
      kept.flatMap((name) => (table.data[name] === undefined ? [] : [[name, table.data[name]]])),
    ),
    docs: Object.fromEntries(kept.map((name) => [name, table.docs[name] ?? { unit: '', doc: name }])),
  };
};
