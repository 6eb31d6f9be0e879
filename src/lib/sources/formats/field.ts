import type { ColumnDoc } from '../../columns/column.ts';

/** The unit in the file, if it differs from the column's. */
export type Scale = 'ticks' | 'pages' | 'kB' | 'ns';

/** One value of a per-process file. */
export interface Field<Column extends string = string, Doc extends ColumnDoc = ColumnDoc> {
  readonly column: Column;
  readonly doc: Doc;
  /** Whether the value changes often; the other values are stored once for as long as none of them changes. */
  readonly hot?: true;
  readonly scale?: Scale;
}
