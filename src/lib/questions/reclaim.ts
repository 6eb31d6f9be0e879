import { plus, type Question, type Row, seconds, time, type Value } from './question.ts';

const sumOf = (row: Row, prefix: RegExp): number | undefined =>
  plus(...Object.entries(row).flatMap(([name, value]): Value[] => (prefix.test(name) ? [value] : [])));

/** /proc/vmstat: mm/vmstat.c */
export const reclaim: Question = {
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
        ...{ t: row['t'], seconds: row['seconds'], stalls: sumOf(row, /^allocstall/) },
        ...{ scanned: row['pgscan_direct'], background: row['pgscan_kswapd'] },
        refaults: sumOf(row, /^workingset_refault(_anon|_file)?$/),
        ...{
          swapIn: row['pswpin'],
          swapOut: row['pswpout'],
          majorFaults: row['pgmajfault'],
          oomKills: row['oom_kill'],
        },
      };
    }
  },
};
