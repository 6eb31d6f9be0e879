import type { Table } from '../../columns/column.ts';
import { FridayError } from '../../errors.ts';
import { printable } from '../../printable.ts';

/** The events of one kind: t, cpu, pid, tid, comm and a column for each field. */
export interface EventTable {
  /** 'sched:sched_switch'. */
  readonly event: string;
  readonly table: Table;
}

const listed = (events: readonly EventTable[]): string =>
  events.map(({ event, table }) => `${printable(event)} (${table.size} rows)`).join(', ');

/** The table of a file that was asked for, or the longest one; throws kind 'usage' with a list of the events. */
export const chosenEvent = (
  decoder: string,
  events: readonly EventTable[],
  wanted: string | undefined,
): { readonly table: Table; readonly more: readonly string[] } => {
  const found =
    wanted === undefined
      ? events.toSorted((a, b) => b.table.size - a.table.size)[0]
      : events.find(({ event }) => event === wanted);
  if (found === undefined && wanted !== undefined)
    throw new FridayError('usage', `${decoder}: expected an event of the file, got ${JSON.stringify(wanted)}`, {
      next: events.length === 0 ? 'The file has no tracepoints with a known format.' : `Events: ${listed(events)}.`,
    });
  const others = events.filter((each) => each !== found);
  const more =
    wanted === undefined && others.length > 0 ? [`the file also has ${listed(others)}: choose with --event NAME`] : [];
  return { table: found?.table ?? { size: 0, data: {}, docs: {} }, more };
};
