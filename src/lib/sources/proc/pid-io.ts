import type { ColumnDoc } from '../../columns/column.ts';
import type { Line } from '../formats/named-lines.ts';
import { namedLines, putNumber } from '../formats/named-lines.ts';
import { defineProcessFile } from '../formats/process-file.ts';

const bytes = (doc: string): ColumnDoc => ({ unit: 'B', counter: true, doc });
const calls = (doc: string): ColumnDoc => ({ unit: 'count', counter: true, doc });

/** The kernel's names, in the order of the file. */
const columns: Readonly<Record<string, ColumnDoc>> = {
  rchar: bytes('Bytes read by system calls, also from the page cache and pipes.'),
  wchar: bytes('Bytes written by system calls, also to the page cache and pipes.'),
  syscr: calls('Read system calls.'),
  syscw: calls('Write system calls.'),
  read_bytes: bytes('Bytes read from a disk for it.'),
  write_bytes: bytes('Bytes of pages that it dirtied: they are written to a disk later.'),
  cancelled_write_bytes: bytes(
    'Dirtied bytes that were never written to a disk because the file was truncated or deleted.',
  ),
};

const line = (name: string, doc: ColumnDoc): Line => ({
  name,
  field: { column: name, doc, hot: true },
  put: putNumber,
});
const lines = Object.entries(columns).map(([name, doc]) => line(name, doc));

/** /proc/PID/io: https://docs.kernel.org/filesystems/proc.html#proc-pid-io-display-the-io-accounting-fields */
export const pidIo = defineProcessFile({
  name: 'proc.pid.io',
  doc: "I/O of each process (all threads): bytes and calls. Only root can read other users' processes.",
  from: 'https://docs.kernel.org/filesystems/proc.html#proc-pid-io-display-the-io-accounting-fields',
  file: 'io',
  fields: lines.map(({ field }) => field),
  reader: () => namedLines(lines, (name) => line(name, calls(`${name} of /proc/PID/io; not known to this version.`))),
});
