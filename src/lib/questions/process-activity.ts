import type { TextColumn } from '../columns/column.ts';
import { numberAt, sumOfColumns, textAt } from '../columns/compute.ts';
import { equalGroups } from '../columns/equal-groups.ts';
import { groupMembers, groupRows } from '../columns/group.ts';
import { growText } from '../columns/grow.ts';
import { beside } from './beside.ts';
import { defineColumnQuestion, type Reading, seconds, time } from './question.ts';
import { processLabel } from './values.ts';

/** A pid is used again; pid and start time together identify a process. */
const PROCESS = ['pid', 'started'];

/** The columns of /proc/PID/stat that it takes. */
export const STAT = [
  'name',
  'state',
  'ppid',
  'utime',
  'stime',
  'cutime',
  'cstime',
  'majflt',
  'rss',
  'nice',
  'policy',
  'num_threads',
  'processor',
] as const;

type Sources = Reading<'proc.pid.stat' | 'proc.pid.schedstat' | 'proc.pid.io'>;

const intervalsOf = ({ rateTable }: Sources) => rateTable('proc.pid.stat', STAT);
type Intervals = ReturnType<typeof intervalsOf>;

/** The last name of each group of samples: a kworker or an execve renames a process, and it stays the same process. */
const lastNames = (names: TextColumn, groups: ReturnType<typeof groupRows>): readonly (string | undefined)[] => {
  const { start, rows } = groupMembers(groups);
  return Array.from({ length: groups.count }, (_, group) =>
    textAt(names, rows[(start[group + 1] as number) - 1] as number),
  );
};

/** One label for each process: its last name and its pid. */
const labelsOf = ({ table }: Sources, intervals: Intervals): TextColumn => {
  const samples = table('proc.pid.stat', ['name']);
  const [own, all] = [groupRows(intervals, PROCESS), groupRows(samples, PROCESS)];
  const names = lastNames(samples.data.name, all);
  const sampled = equalGroups([intervals, own], [samples, all], { by: PROCESS, absent: 'equal' });
  const { name, pid } = intervals.data;
  const labels = growText();
  const codes = Array.from(own.first, (row, group) => {
    const last = names[sampled[group] as number];
    return last === undefined ? undefined : labels.code(processLabel(last, numberAt(pid, row)));
  });
  for (let i = 0; i < intervals.size; i++) {
    const code = codes[own.of[i] as number];
    labels.pushCode(code ?? labels.code(processLabel(textAt(name, i), numberAt(pid, i))));
  }
  return labels.column();
};

/** CPU time and I/O of the same process at the same time, from the other two files. */
const besides = ({ rateTable }: Sources, intervals: Intervals) => {
  const scheduled = beside(intervals, rateTable('proc.pid.schedstat', ['wait', 'slices']), { by: PROCESS });
  const io = beside(intervals, rateTable('proc.pid.io', ['read_bytes', 'write_bytes']), { by: PROCESS });
  const { wait, slices } = scheduled.data;
  return { wait, slices, read: io.data.read_bytes, written: io.data.write_bytes };
};

/** pidstat -urd 1: https://man7.org/linux/man-pages/man1/pidstat.1.html */
export const processActivity = defineColumnQuestion({
  name: 'process-activity',
  aliases: ['pidstat'],
  doc: 'Which processes use the CPUs and the disks over time, and which wait for a CPU?',
  sources: ['proc.pid.stat', 'proc.pid.schedstat', 'proc.pid.io'],
  grain: 'totals',
  whyNotBetter:
    'The kernel accounts CPU time to processes itself; a profile says in which code, and tracing shows short-lived processes.',
  cannotSee: [
    'processes that started and exited between two samples',
    'threads one by one: wait and slices are those of the main thread',
    "bytes of other users' processes, when not root",
    'waits for locks, sockets and other programs: off-CPU tracing shows them',
  ],
  columns: {
    t: time,
    seconds,
    pid: { unit: 'id', key: true, ref: 'pid', doc: 'Process id.' },
    started: {
      unit: 's',
      key: true,
      doc: 'Start time in seconds since boot; pid and start time together identify a process.',
    },
    process: { unit: '', doc: 'Last name and pid: one label for a process, however often it is renamed.' },
    name: { unit: '', doc: 'comm, at most 15 bytes.' },
    ppid: { unit: 'id', ref: 'pid', doc: 'Process id of its parent.' },
    state: { unit: '', doc: "State at the interval's end: R, S, D (uninterruptible sleep), T, Z ..." },
    user: { unit: '1', doc: 'CPUs used in user mode.' },
    system: { unit: '1', doc: 'CPUs used in the kernel.' },
    cpu: { unit: '1', title: 'CPUs used', doc: 'CPUs used: 1 is one CPU all the time.' },
    childCpu: {
      unit: '1',
      doc: 'CPUs used by its children that exited in the interval, counted over their whole lifetime.',
    },
    wait: {
      unit: '1',
      title: 'waited for a CPU',
      doc: 'Share of time that its main thread was runnable and waited for a CPU.',
    },
    slices: { unit: '1/s', doc: 'Timeslices of its main thread: wait / slices is its mean wait.' },
    read: { unit: 'B/s', doc: 'Bytes that it read from disks.' },
    written: { unit: 'B/s', doc: 'Bytes that it wrote to files: they go to disks later, or at once with fsync.' },
    majorFaults: { unit: '1/s', doc: 'Major page faults: they waited for a disk read.' },
    resident: { unit: 'B', doc: "Resident memory at the interval's end." },
    nice: { unit: 'id', doc: '19 (lowest priority) to -20 (highest).' },
    policy: { unit: 'id', doc: 'Scheduling policy: 0 other, 1 fifo, 2 round robin, 3 batch, 5 idle, 6 deadline.' },
    threads: { unit: 'count', doc: "Threads at the interval's end." },
    onCpu: { unit: 'id', ref: 'cpu', doc: 'CPU that its main thread ran on last.' },
  },
  answer(reading) {
    const intervals = intervalsOf(reading);
    const { size, data: own } = intervals;
    return {
      size,
      data: {
        t: own.t,
        seconds: own.seconds,
        pid: own.pid,
        started: own.started,
        process: labelsOf(reading, intervals),
        name: own.name,
        ppid: own.ppid,
        state: own.state,
        user: own.utime,
        system: own.stime,
        cpu: sumOfColumns(size, own.utime, own.stime),
        childCpu: sumOfColumns(size, own.cutime, own.cstime),
        ...besides(reading, intervals),
        majorFaults: own.majflt,
        resident: own.rss,
        nice: own.nice,
        policy: own.policy,
        threads: own.num_threads,
        onCpu: own.processor,
      },
    };
  },
});
