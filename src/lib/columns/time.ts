import type { ColumnData, NumberColumn, Table } from './column.ts';

/** The columns that hold a table's time: the start and, for intervals, the length. */
export interface TimeColumns {
  readonly start: string;
  /** Name of the column with the row's length; undefined for samples and moments. */
  readonly span: string | undefined;
}

/** The table's own time columns: the first with a clock (by name `t` or `from` where none has one), the one marked `span`. */
export const timeColumns = (table: Table): TimeColumns | undefined => {
  const own = Object.entries(table.docs).filter(
    ([name, doc]) => doc.within === undefined && table.data[name]?.kind === 'number',
  );
  const start = own.find(([, doc]) => doc.clock !== undefined) ?? own.find(([name]) => name === 't' || name === 'from');
  return start && { start: start[0], span: own.find(([, doc]) => doc.span)?.[0] };
};

/** The number column of that name; undefined if there is none. */
export const numbersNamed = (table: Table, name: string | undefined): NumberColumn | undefined => {
  const column: ColumnData | undefined = name === undefined ? undefined : table.data[name];
  return column?.kind === 'number' ? column : undefined;
};

/** The median; NaN without values. */
export const median = (values: ArrayLike<number>): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? NaN : (sorted[sorted.length >> 1] as number);
};

/** Names of the columns that identify a series. */
export const keyColumns = (table: Table): string[] =>
  Object.keys(table.docs).filter(
    (name) => table.docs[name]?.key && table.docs[name].within === undefined && name in table.data,
  );
