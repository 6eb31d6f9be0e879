import type { ColumnDoc } from '../../columns/column.ts';
import { sampleColumns } from '../../stacks/profile.ts';

/** The columns of a `perf script` text: those of every profile, and the text after the event's name. */
export const scriptColumns = {
  ...sampleColumns,
  flags: { unit: '', doc: 'Kind of the branch (--itrace=b, -F +flags): call, jcc, return, tr strt ...' },
  target: { unit: '', doc: 'Function of the branch target or of the data address (-F +addr).' },
  targetAddress: { unit: '', doc: 'Address of the branch target, or the data address, in hexadecimal.' },
  detail: {
    unit: '',
    doc: 'The rest of the text after the event: fields of a tracepoint, weight, registers, branch stack.',
  },
} as const satisfies Readonly<Record<string, ColumnDoc>>;
