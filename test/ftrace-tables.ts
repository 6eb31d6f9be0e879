import { valueAt, type Table } from '../src/lib/columns/column.ts';
import { exactAt } from '../src/lib/columns/exact.ts';
import type { Ftrace } from '../src/lib/sources/ftrace/read.ts';

export type Row = Readonly<Record<string, unknown>>;

/** The rows of a table; a number of 64 bits keeps all its digits. */
export const rowsOf = (table: Table | undefined): readonly Row[] =>
  Array.from({ length: table?.size ?? 0 }, (_, row) =>
    Object.fromEntries(
      Object.entries(table!.data).map(([name, column]) => [
        name,
        (column.kind === 'number' ? exactAt(column, row) : undefined) ?? valueAt(column, row),
      ]),
    ),
  );

/** The table of one event. */
export const tableOf = ({ events }: Pick<Ftrace, 'events'>, event: string): Table | undefined =>
  events.find((each) => each.event === event)?.table;
