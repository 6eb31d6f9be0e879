import { defineSource } from '../define.ts';
import { count, divided, lines, number, times, words } from '../text.ts';

const SECTOR = 512;
const MILLISECONDS = 1000;

const counted = (doc: string) => ({ unit: 'count', counter: true, doc }) as const;
const bytes = (doc: string) => ({ unit: 'B', counter: true, wrap: SECTOR * 2 ** 32, doc }) as const;
/** The kernel prints these as 32-bit milliseconds: they wrap after 49.7 days. */
const spent = (doc: string) => ({ unit: 's', counter: true, wrap: 2 ** 32 / 1000, doc }) as const;

/** In the order of the file: 11 fields since 2.6, 15 since 4.18 (discards), 17 since 5.5 (flushes). */
const fields = {
  reads: counted('Reads completed.'),
  readsMerged: counted('Reads merged with a queued request.'),
  read: bytes('Bytes read.'),
  readTime: spent('Time spent reading, summed over requests.'),
  writes: counted('Writes completed.'),
  writesMerged: counted('Writes merged with a queued request.'),
  written: bytes('Bytes written.'),
  writeTime: spent('Time spent writing, summed over requests.'),
  inFlight: { unit: 'requests', doc: 'Requests in flight: issued and not yet completed.' },
  busy: spent(
    'Time with at least one request in flight: per second, the utilization of a device that serves one request at a time.',
  ),
  queued: spent('Time in flight, summed over requests: per second, the mean queue length.'),
  discards: counted('Discards completed.'),
  discardsMerged: counted('Discards merged with a queued request.'),
  discarded: bytes('Bytes discarded.'),
  discardTime: spent('Time spent discarding, summed over requests.'),
  flushes: counted('Flushes completed.'),
  flushTime: spent('Time spent flushing, summed over requests.'),
} as const;

const NAMES = Object.keys(fields) as readonly (keyof typeof fields)[];
/** Before 2.6.25, a partition's line has only these four fields. */
const OLD_PARTITION = ['reads', 'read', 'writes', 'written'] as const;
const LENGTHS = new Set([4, 11, 15, 17]);

/** The value of a field: the kernel counts bytes in sectors and time in milliseconds. */
const cell = (name: keyof typeof fields, word: string | undefined) => {
  const { unit } = fields[name];
  if (unit === 'B') return times(word, SECTOR);
  return unit === 's' ? divided(word, MILLISECONDS) : count(word);
};

/** /proc/diskstats: https://docs.kernel.org/admin-guide/iostats.html */
export const diskstats = defineSource({
  name: 'proc.diskstats',
  doc: 'Requests, bytes and time of each block device and partition since boot.',
  from: 'https://docs.kernel.org/admin-guide/iostats.html',
  recipe: { read: ['/proc/diskstats'] },
  columns: {
    device: { unit: '', key: true, ref: 'device', doc: 'The device: sda, sda1, nvme0n1, dm-0.' },
    major: { unit: 'id', doc: 'Major device number.' },
    minor: { unit: 'id', doc: 'Minor device number.' },
    ...fields,
  },
  *parse({ text, unexpected }) {
    for (const line of lines(text)) {
      const [major, minor, device, ...values] = words(line);
      const broken = values.some((value) => count(value) === undefined);
      if (device === undefined || number(major) === undefined || number(minor) === undefined || broken) {
        unexpected('major, minor, a device and numbers', line);
        continue;
      }
      if (!LENGTHS.has(values.length) && values.length < 17) {
        unexpected('4, 11, 15 or 17 numbers after the device', line);
        if (values.length < 11) continue;
      }
      const names = values.length === OLD_PARTITION.length ? OLD_PARTITION : NAMES;
      const cells = names.map((name, i) => [name, cell(name, values[i])] as const);
      yield { device, major: number(major), minor: number(minor), ...Object.fromEntries(cells) };
    }
  },
});
