import type { ColumnDoc } from '../../columns/column.ts';
import { sampleColumns } from '../../stacks/profile.ts';

const { t, cpu, pid, tid, comm } = sampleColumns;

/** The columns of each event; those of its fields follow. */
export const eventColumns = {
  t: { ...t, doc: "Time of the event, in seconds since the recording's start, or since the first event of a file." },
  cpu: { ...cpu, doc: 'The CPU on which the event occurred.' },
  pid: { ...pid, doc: 'The process (thread group) of that thread, if the kernel still knew it at the end.' },
  tid: { ...tid, doc: 'The thread that ran there.' },
  comm: { ...comm, doc: 'Its name, if the kernel still knew it at the end.' },
} as const satisfies Record<string, ColumnDoc>;
