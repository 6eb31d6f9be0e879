import { defineQuestion, seconds, time } from './question.ts';
import { plus } from './values.ts';

/** /proc/vmstat: mm/vmstat.c */
export const reclaim = defineQuestion({
  name: 'reclaim',
  aliases: ['memory-reclaim'],
  doc: 'Did tasks wait in direct reclaim, were reclaimed pages soon read again, was a process OOM-killed?',
  sources: ['proc.vmstat'],
  grain: 'totals',
  whyNotBetter: 'The kernel counts these events itself; how long each allocation waited needs tracing.',
  cannotSee: ['who waited', 'how long each allocation waited', 'which cgroup was at its limit: see cgroup-limits'],
  columns: {
    t: time,
    seconds,
    stalls: { unit: '1/s', doc: 'Allocations that waited for direct reclaim.' },
    scanned: { unit: 'pages/s', doc: 'Pages scanned by allocating tasks (direct reclaim).' },
    background: { unit: 'pages/s', doc: 'Pages scanned by kswapd in the background.' },
    refaults: { unit: 'pages/s', doc: 'Pages read again soon after they were reclaimed.' },
    swapIn: { unit: 'pages/s', doc: 'Pages read from swap.' },
    swapOut: { unit: 'pages/s', doc: 'Pages written to swap.' },
    majorFaults: { unit: '1/s', doc: 'Major page faults: they waited for a disk read.' },
    oomKills: { unit: '1/s', doc: 'Processes that the OOM killer killed.' },
  },
  *answer({ rates }) {
    for (const row of rates('proc.vmstat')) {
      yield {
        t: row.t,
        seconds: row.seconds,
        // By zone since 4.10, one sum before.
        stalls: plus(
          row.allocstall,
          row.allocstall_dma,
          row.allocstall_dma32,
          row.allocstall_normal,
          row.allocstall_high,
          row.allocstall_movable,
          row.allocstall_device,
        ),
        scanned: row.pgscan_direct,
        background: row.pgscan_kswapd,
        refaults: plus(row.workingset_refault, row.workingset_refault_anon, row.workingset_refault_file),
        swapIn: row.pswpin,
        swapOut: row.pswpout,
        majorFaults: row.pgmajfault,
        oomKills: row.oom_kill,
      };
    }
  },
});
