import type { Numbers, Table } from '../../columns/column.ts';

const none = new Float64Array(0);

/** The values of a number column; none if the table does not have it. */
export const numbers = (table: Table | undefined, name: string): Numbers => {
  const column = table?.data[name];
  return column?.kind === 'number' ? column.values : none;
};
