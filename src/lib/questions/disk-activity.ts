import { plus, type Question, ratio, seconds, time } from './question.ts';

/** Partitions repeat their disk's I/O, and loop and ram devices repeat what lies under them: iostat leaves them out, too. */
const REPEATED =
  /^(loop|ram|zram)\d+$|^(sd[a-z]+|vd[a-z]+|xvd[a-z]+|hd[a-z]+)\d+$|^(nvme\d+n\d+|mmcblk\d+|nbd\d+)p\d+$/;

/** iostat -x: https://man7.org/linux/man-pages/man1/iostat.1.html */
export const diskActivity: Question = {
  name: 'disk-activity',
  aliases: ['iostat'],
  doc: 'Is a disk busy, slow or queued?',
  sources: ['proc.diskstats'],
  grain: 'totals',
  whyNotBetter: 'Means over an interval come from the kernel for nothing; the spread of latency needs tracing.',
  cannotSee: ['the spread of latency: only its mean', 'who made the requests', 'bursts shorter than the interval'],
  columns: {
    t: time,
    seconds,
    device: { unit: '', key: true, ref: 'device', doc: 'The disk; partitions, loop and ram devices are left out.' },
    reads: { unit: '1/s', doc: 'Reads completed.' },
    writes: { unit: '1/s', doc: 'Writes completed.' },
    flushes: { unit: '1/s', doc: 'Flushes completed (kernels from 5.5 on).' },
    read: { unit: 'B/s', doc: 'Bytes read.' },
    written: { unit: 'B/s', doc: 'Bytes written.' },
    await: { unit: 's', doc: 'Mean time of a request, queueing included; absent where none completed.' },
    readAwait: { unit: 's', doc: 'The same for reads.' },
    writeAwait: { unit: 's', doc: 'The same for writes.' },
    queue: { unit: 'requests', doc: 'Mean number of requests in the queue and in service.' },
    util: { unit: '1', doc: 'Share of time with at least one request in flight.' },
  },
  *answer({ rates }) {
    for (const row of rates('proc.diskstats')) {
      if (REPEATED.test(String(row['device']))) continue;
      const { t, seconds: length, device, reads, writes, flushes, read, written, readTime, writeTime } = row;
      yield {
        ...{ t, seconds: length, device, reads, writes, flushes, read, written },
        await: ratio(plus(readTime, writeTime), plus(reads, writes)),
        readAwait: ratio(readTime, reads),
        writeAwait: ratio(writeTime, writes),
        queue: row['queued'],
        util: typeof row['busy'] === 'number' ? Math.min(1, row['busy']) : undefined,
      };
    }
  },
};
