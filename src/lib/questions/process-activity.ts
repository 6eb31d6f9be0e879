import { nearestTo, plus, processLabel, type Question, type Reading, type Row, seconds, time } from './question.ts';

const keyOf = ({ pid, started }: Row): string => `${String(pid)} ${String(started)}`;

/** Finds the row of the same process in another source that is nearest in time. */
const beside = (rows: Iterable<Row>): ((row: Row) => Row | undefined) => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  const near = new Map([...groups].map(([key, group]) => [key, nearestTo(group, 2)]));
  return (row) => near.get(keyOf(row))?.(row['t']);
};

const STAT = [
  ...['name', 'state', 'ppid', 'utime', 'stime', 'cutime', 'cstime', 'majflt', 'rss'],
  ...['nice', 'policy', 'num_threads', 'processor'],
];

/** The last name of each process: a kworker or an execve renames it, and it stays the same process. */
const lastNames = (rows: Iterable<Row>): ReadonlyMap<string, Row['name']> => {
  const names = new Map<string, Row['name']>();
  for (const row of rows) names.set(keyOf(row), row['name']);
  return names;
};

function* activity({ rows, rates }: Reading): Generator<Row> {
  const names = lastNames(rows('proc.pid.stat', ['name']));
  const scheduled = beside(rates('proc.pid.schedstat', ['wait', 'slices']));
  const io = beside(rates('proc.pid.io', ['read_bytes', 'write_bytes']));
  for (const row of rates('proc.pid.stat', STAT)) {
    const { t, pid, started, name, utime, stime } = row;
    const moved = io(row);
    const ran = scheduled(row);
    yield {
      ...{
        t,
        seconds: row['seconds'],
        pid,
        started,
        process: processLabel(names.get(keyOf(row)) ?? name, pid),
        name,
        state: row['state'],
        user: utime,
        system: stime,
      },
      cpu: plus(utime, stime),
      wait: ran?.['wait'],
      slices: ran?.['slices'],
      childCpu: plus(row['cutime'], row['cstime']),
      read: moved?.['read_bytes'],
      written: moved?.['write_bytes'],
      majorFaults: row['majflt'],
      resident: row['rss'],
      ...{ ppid: row['ppid'], nice: row['nice'], policy: row['policy'], threads: row['num_threads'] },
      onCpu: row['processor'],
    };
  }
}

/** pidstat -urd 1: https://man7.org/linux/man-pages/man1/pidstat.1.html */
export const processActivity: Question = {
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
  answer: activity,
};
