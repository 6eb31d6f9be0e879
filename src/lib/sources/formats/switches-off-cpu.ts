import type { Table } from '../../columns/column.ts';
import type { Profile } from '../../stacks/profile.ts';
import { intervalColumns } from './interval-columns.ts';
import { numbers } from './numbers.ts';
import { offCpuColumns } from './off-cpu-columns.ts';
import type { OffCpu } from './off-cpu-rows.ts';
import { gapsOf, type SwitchLoss } from './switch-gaps.ts';
import { intervalsOf, type Marks } from './switch-intervals.ts';
import { columnName } from './trace-format.ts';
import { unseenSay } from './unseen.ts';

/** What a tool recorded of the scheduler: tables of tracepoints in order of time. */
export interface Scheduling {
  readonly switches: Table;
  readonly wakings: Table | undefined;
  readonly forks: Table | undefined;
  readonly losses: readonly SwitchLoss[];
  /** The stacks, and the stack of each switch in it: ROOT if none. */
  readonly profile: Profile;
  readonly stacks: Uint32Array;
  /** What to add to the tables' times to get seconds since the start of the recording. */
  readonly shift: number;
  readonly lost: OffCpu['lost'];
  readonly warnings: readonly string[];
}

const marks = (table: Table | undefined, thread: string): Marks => ({
  size: table?.size ?? 0,
  t: numbers(table, 't'),
  thread: numbers(table, thread),
});

/** No switches: nothing is known. */
export const noOffCpu = (lost: OffCpu['lost'], warnings: readonly string[]): OffCpu => ({
  table: { size: 0, data: {}, docs: offCpuColumns },
  lost,
  warnings,
});

/** The intervals off CPU that lie between recorded context switches. */
export const offCpuOf = ({ switches, wakings, forks, losses, shift, ...given }: Scheduling): OffCpu => {
  const found = intervalsOf({
    switches: {
      size: switches.size,
      t: numbers(switches, 't'),
      cpu: numbers(switches, 'cpu'),
      prev: numbers(switches, 'prev_pid'),
      state: numbers(switches, 'prev_state'),
      next: numbers(switches, 'next_pid'),
    },
    made: marks(forks, 'child_pid'),
    // Tables have the column `pid` of the event's own thread: the field of that name has a prefix.
    wakings: marks(wakings, columnName('pid')),
    gaps: gapsOf(losses, switches),
  });
  const times = numbers(switches, 't');
  const { intervals, seconds } = found.missing;
  return {
    table: {
      size: found.size,
      data: intervalColumns(found, { switches, wakings, profile: given.profile, stacks: given.stacks, shift }),
      docs: offCpuColumns,
    },
    span: { from: (times[0] ?? 0) + shift, to: (times[switches.size - 1] ?? 0) + shift },
    lost: given.lost,
    warnings: [
      ...given.warnings,
      ...(intervals > 0
        ? [`${intervals} intervals (${seconds.toFixed(3)} s) were left out: switches were lost while they lasted`]
        : []),
      ...unseenSay(found.unseen),
    ],
  };
};
