import { defineQuestion, seconds, time } from './question.ts';
import { plus, ratio, shareOfInterval } from './values.ts';

/** Partitions repeat their disk's I/O, and a ram device waits for nothing. */
const REPEATED = /^ram\d+$|^(sd[a-z]+|vd[a-z]+|xvd[a-z]+|hd[a-z]+)\d+$|^(nvme\d+n\d+|mmcblk\d+|nbd\d+)p\d+$/;

/** iostat -x: https://man7.org/linux/man-pages/man1/iostat.1.html */
export const diskActivity = defineQuestion({
  name: 'disk-activity',
  aliases: ['iostat'],
  doc: 'Is a disk busy, slow or queued?',
  sources: ['proc.diskstats'],
  grain: 'totals',
  whyNotBetter: 'The kernel keeps these means at no extra cost; the distribution of latency needs tracing.',
  cannotSee: [
    'the distribution of latency: only its mean',
    'who made the requests: see process-activity',
    'bursts shorter than the interval',
    'waits above the device: limits on I/O (io.max), locks of a filesystem, network filesystems',
  ],
  columns: {
    t: time,
    seconds,
    device: { unit: '', key: true, ref: 'device', doc: 'The disk, loop or device-mapper device; no partitions.' },
    reads: { unit: '1/s', doc: 'Reads completed.' },
    writes: { unit: '1/s', doc: 'Writes completed.' },
    flushes: { unit: '1/s', doc: 'Flushes completed (since Linux 5.5).' },
    read: { unit: 'B/s', doc: 'Bytes read.' },
    written: { unit: 'B/s', doc: 'Bytes written.' },
    await: {
      unit: 's',
      title: 'mean request time',
      doc: 'Mean time of a request, queueing included; absent if none completed.',
    },
    readAwait: { unit: 's', title: 'mean read time', doc: 'Mean time of a read.' },
    writeAwait: { unit: 's', title: 'mean write time', doc: 'Mean time of a write.' },
    flushAwait: {
      unit: 's',
      title: 'mean flush time',
      doc: 'Mean time of a flush, which fsync waits for (since Linux 5.5).',
    },
    queue: { unit: 'requests', title: 'queue length', doc: 'Mean number of requests in the queue and in service.' },
    inFlight: { unit: 'requests', doc: "Requests in the queue and in service at the interval's end." },
    util: { unit: '1', title: 'busy', doc: 'Share of time with at least one request in flight; at most 1.' },
  },
  *answer({ rates }) {
    for (const row of rates('proc.diskstats')) {
      if (REPEATED.test(String(row.device))) continue;
      const { t, seconds: length, device, reads, writes, flushes, read, written, readTime, writeTime } = row;
      yield {
        t,
        seconds: length,
        device,
        reads,
        writes,
        flushes,
        read,
        written,
        await: ratio(plus(readTime, writeTime), plus(reads, writes)),
        readAwait: ratio(readTime, reads),
        writeAwait: ratio(writeTime, writes),
        flushAwait: ratio(row.flushTime, flushes),
        queue: row.queued,
        inFlight: row.inFlight,
        util: shareOfInterval(row.busy),
      };
    }
  },
});
