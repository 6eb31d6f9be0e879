import type { ColumnDoc } from '../../columns/column.ts';
import { sampleColumns } from '../../stacks/profile.ts';

/** The columns of a `perf script` text: those of every profile, and what follows the event's name. */
export const scriptColumns = {
  ...sampleColumns,
  flags: { unit: '', doc: 'What kind of branch it is (--itrace=b, -F +flags): call, jcc, return, tr strt ...' },
  target: { unit: '', doc: 'The function that a branch goes to, or that a data address lies in (-F +addr).' },
  targetAddress: { unit: '', doc: 'The address that a branch goes to, or the data address: in hexadecimal.' },
  detail: {
    unit: '',
    doc: 'What else perf printed after the event, unchanged: fields of a tracepoint, weight, registers, branch stack.',
  },
} as const satisfies Readonly<Record<string, ColumnDoc>>;
