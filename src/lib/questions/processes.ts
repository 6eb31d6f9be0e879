import type { NumberColumn } from '../columns/column.ts';
import { numberAt, textAt } from '../columns/compute.ts';
import { groupMembers, groupRows } from '../columns/group.ts';
import { defineQuestion, type Reading } from './question.ts';
import { minus, plus, processLabel } from './values.ts';

const STAT = ['name', 'state', 'ppid', 'utime', 'stime', 'rss', 'num_threads'] as const;

/** One row per process, from its first and its last sample. */
const processesOf = ({ table }: Reading<'proc.pid.stat'>) => {
  const samples = table('proc.pid.stat', STAT);
  const { t, pid, started, name, state, ppid, utime, stime, rss, num_threads } = samples.data;
  const groups = groupRows(samples, ['pid', 'started']);
  const { start, rows } = groupMembers(groups);
  return Array.from(groups.first, (first, group) => {
    const last = rows[(start[group + 1] as number) - 1] as number;
    const grown = (column: NumberColumn): number | undefined => {
      const more = minus(numberAt(column, last), numberAt(column, first));
      return more === undefined ? undefined : Math.max(0, more);
    };
    const [cpuTime, seen = 0] = [plus(grown(utime), grown(stime)), grown(t)];
    return {
      pid: numberAt(pid, last),
      started: numberAt(started, last),
      process: processLabel(textAt(name, last), numberAt(pid, last)),
      name: textAt(name, last),
      ppid: numberAt(ppid, last),
      state: textAt(state, last),
      cpu: cpuTime === undefined || seen <= 0 ? undefined : cpuTime / seen,
      cpuTime,
      resident: numberAt(rss, last),
      threads: numberAt(num_threads, last),
      seen,
    };
  });
};

/** top: https://man7.org/linux/man-pages/man1/top.1.html */
export const processes = defineQuestion({
  name: 'processes',
  aliases: ['top', 'ps'],
  doc: 'Which processes exist, and which used most over the window?',
  sources: ['proc.pid.stat'],
  grain: 'totals',
  whyNotBetter: "/proc is the kernel's own list of processes.",
  cannotSee: ['processes that started and exited between two samples', 'threads one by one'],
  columns: {
    pid: { unit: 'id', key: true, ref: 'pid', doc: 'Process id.' },
    started: { unit: 's', key: true, doc: 'Start time in seconds since boot.' },
    process: { unit: '', doc: 'Name and pid.' },
    name: { unit: '', doc: 'comm, at most 15 bytes.' },
    ppid: { unit: 'id', ref: 'pid', doc: 'Process id of its parent.' },
    state: { unit: '', doc: 'State when last seen: R, S, D (uninterruptible sleep), T, Z ...' },
    cpu: { unit: '1', title: 'CPUs used', doc: 'CPUs used, mean over the time that it was seen.' },
    cpuTime: { unit: 's', title: 'CPU time', doc: 'CPU time used in the window.' },
    resident: { unit: 'B', title: 'memory', doc: 'Resident memory when last seen.' },
    threads: { unit: 'count', doc: 'Threads when last seen.' },
    seen: { unit: 's', doc: 'How long it was seen.' },
  },
  answer: (reading) => processesOf(reading).sort((a, b) => (b.cpuTime ?? 0) - (a.cpuTime ?? 0)),
});
