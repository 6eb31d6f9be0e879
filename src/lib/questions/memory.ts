import { defineQuestion, time } from './question.ts';
import { minus, plus } from './values.ts';

/** free: https://man7.org/linux/man-pages/man1/free.1.html */
export const memory = defineQuestion({
  name: 'memory',
  aliases: ['free'],
  doc: 'Is memory short?',
  sources: ['proc.meminfo'],
  grain: 'totals',
  whyNotBetter: 'The kernel counts its pages itself; who waits for memory is in pressure and reclaim.',
  cannotSee: [
    'who holds the memory: see top',
    'limits of cgroups: see cgroup-limits',
    'whether tasks wait for memory: see pressure',
  ],
  columns: {
    t: { ...time, doc: "Time of the sample, since the recording's start." },
    total: { unit: 'B', doc: 'Usable memory.' },
    used: { unit: 'B', doc: 'total - available, as free 4 prints it.' },
    free: { unit: 'B', doc: 'Free memory.' },
    shared: { unit: 'B', doc: 'tmpfs and shared memory.' },
    cache: { unit: 'B', doc: 'Buffers, page cache and reclaimable slab.' },
    available: {
      unit: 'B',
      doc: 'Memory that programs can get without swapping; free + cache before Linux 3.14.',
    },
    swapTotal: { unit: 'B', doc: 'Swap space.' },
    swapUsed: { unit: 'B', doc: 'Swap space in use.' },
    dirty: { unit: 'B', doc: 'Dirty pages, waiting for writeback.' },
  },
  *answer({ rows }) {
    for (const row of rows('proc.meminfo')) {
      const cache = plus(row.Buffers, row.Cached, row.SReclaimable);
      const available = row.MemAvailable ?? plus(row.MemFree, cache);
      yield {
        t: row.t,
        total: row.MemTotal,
        used: minus(row.MemTotal, available),
        free: row.MemFree,
        shared: row.Shmem,
        cache,
        available,
        swapTotal: row.SwapTotal,
        swapUsed: minus(row.SwapTotal, row.SwapFree),
        dirty: row.Dirty,
      };
    }
  },
});
