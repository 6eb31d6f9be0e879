import type { ColumnDoc } from '../../columns/column.ts';
import type { Line } from '../formats/named-lines.ts';
import { namedLines, putNumber } from '../formats/named-lines.ts';
import { defineProcessFile } from '../formats/process-file.ts';

const bytes = (doc: string) => ({ unit: 'B', counter: true, doc }) as const;
const calls = (doc: string) => ({ unit: 'count', counter: true, doc }) as const;

const line = <const Name extends string, const Doc extends ColumnDoc>(name: Name, doc: Doc) =>
  ({ name, field: { column: name, doc, hot: true }, put: putNumber }) satisfies Line;

/** The kernel's names, in the order of the file. */
const lines = [
  line('rchar', bytes('Bytes read by system calls, also from the page cache and pipes.')),
  line('wchar', bytes('Bytes written by system calls, also to the page cache and pipes.')),
  line('syscr', calls('Read system calls.')),
  line('syscw', calls('Write system calls.')),
  line('read_bytes', bytes('Bytes read from a disk for it.')),
  line('write_bytes', bytes('Bytes of pages that it dirtied: they are written to a disk later.')),
  line(
    'cancelled_write_bytes',
    bytes('Dirtied bytes that were never written to a disk because the file was truncated or deleted.'),
  ),
];

/** /proc/PID/io: https://docs.kernel.org/filesystems/proc.html#proc-pid-io-display-the-io-accounting-fields */
export const pidIo = defineProcessFile({
  name: 'proc.pid.io',
  doc: "I/O of each process (all threads): bytes and calls. Only root can read other users' processes.",
  from: 'https://docs.kernel.org/filesystems/proc.html#proc-pid-io-display-the-io-accounting-fields',
  file: 'io',
  fields: lines.map(({ field }) => field),
  reader: () => namedLines(lines, (name) => line(name, calls(`${name} of /proc/PID/io; not known to this version.`))),
});
