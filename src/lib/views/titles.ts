import { valueAt, type ColumnDoc, type Table } from '../columns/column.ts';
import { printable } from '../printable.ts';

/** The name of a column in axes, legends and table heads: its title, else its name. */
export const columnTitle = (name: string, doc: ColumnDoc | undefined): string => printable(doc?.title ?? name, 60);

/** A column's title with the unit of its values: 'busy (%)'. */
export const withUnit = (title: string, unit: string): string => (unit === '' ? title : `${title} (${unit})`);

/** A value as the name of a line or a bar. A bare number gets the column's title before it: 'cpu 0'. */
export const nameOf = (table: Table, columns: readonly string[], row: number): string =>
  columns
    .map((name) => {
      const column = table.data[name];
      const value = column === undefined ? undefined : valueAt(column, row);
      if (value === undefined) return '(none)';
      const text = printable(String(value), 60) || '(empty)';
      return /^\d+$/.test(text) ? `${columnTitle(name, table.docs[name])} ${text}` : text;
    })
    .join(' · ');
