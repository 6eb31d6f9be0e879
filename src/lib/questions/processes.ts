import { plus, processLabel, type Question, type Row } from './question.ts';

interface Span {
  first: Row;
  last: Row;
}

const between = ({ first, last }: Span, column: string): number | undefined => {
  const [before, after] = [first[column], last[column]];
  return typeof before === 'number' && typeof after === 'number' ? Math.max(0, after - before) : undefined;
};

const STAT = ['name', 'state', 'ppid', 'utime', 'stime', 'rss', 'num_threads'];

/** top: https://man7.org/linux/man-pages/man1/top.1.html */
export const processes: Question = {
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
  *answer({ rows }) {
    const spans = new Map<string, Span>();
    for (const row of rows('proc.pid.stat', STAT)) {
      const key = `${String(row['pid'])} ${String(row['started'])}`;
      const span = spans.get(key);
      if (span === undefined) spans.set(key, { first: row, last: row });
      else span.last = row;
    }
    const found = [...spans.values()].map((span) => {
      const { pid, started, ppid, name, state, rss, num_threads } = span.last;
      const cpuTime = plus(between(span, 'utime'), between(span, 'stime'));
      const seen = between(span, 't') ?? 0;
      const cpu = cpuTime === undefined || seen <= 0 ? undefined : cpuTime / seen;
      return {
        pid,
        started,
        process: processLabel(name, pid),
        name,
        ppid,
        state,
        cpu,
        cpuTime,
        resident: rss,
        threads: num_threads,
        seen,
      };
    });
    yield* found.sort((a, b) => (b.cpuTime ?? 0) - (a.cpuTime ?? 0));
  },
};
