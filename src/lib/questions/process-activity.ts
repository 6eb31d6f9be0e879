import { nearestTo, plus, processLabel, type Question, type Reading, type Row, seconds, time } from './question.ts';

const keyOf = ({ pid, started }: Row): string => `${String(pid)} ${String(started)}`;

/** Looks up a process's row of another source near a moment. */
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

const STAT = ['name', 'state', 'utime', 'stime', 'majflt', 'rss'];

function* activity({ rates }: Reading): Generator<Row> {
  const scheduled = beside(rates('proc.pid.schedstat', ['wait']));
  const io = beside(rates('proc.pid.io', ['read_bytes', 'write_bytes']));
  for (const row of rates('proc.pid.stat', STAT)) {
    const { t, pid, started, name, utime, stime } = row;
    const moved = io(row);
    yield {
      ...{
        t,
        seconds: row['seconds'],
        pid,
        started,
        process: processLabel(name, pid),
        name,
        state: row['state'],
        user: utime,
        system: stime,
      },
      cpu: plus(utime, stime),
      wait: scheduled(row)?.['wait'],
      read: moved?.['read_bytes'],
      written: moved?.['write_bytes'],
      majorFaults: row['majflt'],
      resident: row['rss'],
    };
  }
}

/** pidstat -urd 1: https://man7.org/linux/man-pages/man1/pidstat.1.html */
export const processActivity: Question = {
  name: 'process-activity',
  aliases: ['pidstat'],
  doc: 'Which processes use the CPU and the disks, and do they keep at it?',
  sources: ['proc.pid.stat', 'proc.pid.schedstat', 'proc.pid.io'],
  grain: 'totals',
  whyNotBetter:
    'The kernel accounts CPU time to processes itself; a profile says in which code, tracing says who lived shortly.',
  cannotSee: [
    'processes that came and went between two samples',
    'threads one by one',
    "bytes of other users' processes, when not root",
  ],
  columns: {
    t: time,
    seconds,
    pid: { unit: 'id', key: true, ref: 'pid', doc: 'Process id.' },
    started: {
      unit: 's',
      key: true,
      doc: 'When it was started, since boot: with the pid it names one process for ever.',
    },
    process: { unit: '', doc: 'Name and pid.' },
    name: { unit: '', doc: 'comm, at most 15 bytes; host text.' },
    state: { unit: '', doc: "State at the interval's end: R, S, D, T, Z ..." },
    user: { unit: '1', doc: 'CPUs used in user mode.' },
    system: { unit: '1', doc: 'CPUs used in the kernel.' },
    cpu: { unit: '1', doc: 'CPUs used: 1 is one CPU all the time.' },
    wait: { unit: '1', doc: 'Share of time that its main thread waited for a CPU while runnable.' },
    read: { unit: 'B/s', doc: 'Bytes that it made disks read.' },
    written: { unit: 'B/s', doc: 'Bytes that it made disks write, later or at once.' },
    majorFaults: { unit: '1/s', doc: 'Page faults that waited for a disk.' },
    resident: { unit: 'B', doc: "Memory it held at the interval's end." },
  },
  answer: activity,
};
