import { merged, overlaps, type Gap } from './gaps.ts';

/** Context switches in order of time, a column each: seconds, who leaves the CPU, its state, who gets it. */
export interface Switches {
  readonly size: number;
  readonly t: ArrayLike<number>;
  readonly cpu: ArrayLike<number>;
  readonly prev: ArrayLike<number>;
  readonly state: ArrayLike<number>;
  readonly next: ArrayLike<number>;
}

/** Events about a thread in order of time: it was made, or woken. */
export interface Marks {
  readonly size: number;
  readonly t: ArrayLike<number>;
  readonly thread: ArrayLike<number>;
}

/** Intervals off CPU. Arrays may be longer than `size`. */
export interface Intervals {
  readonly size: number;
  readonly t: Float64Array;
  readonly seconds: Float64Array;
  readonly thread: Int32Array;
  /** The switch in which the thread left the CPU; else BEFORE, MADE or UNSEEN. */
  readonly out: Int32Array;
  /** The switch that names the thread: `out`, or a later one in which it left the CPU; -1 if there is none. */
  readonly named: Int32Array;
  /** The last wakeup in the interval; -1 if there is none. */
  readonly waking: Int32Array;
  /** Intervals that are left out, because switches are missing while they last, and their seconds. */
  readonly missing: { readonly intervals: number; readonly seconds: number };
  /** Intervals at whose begin or end a switch was not reported: whose length is known nevertheless, and left out. */
  readonly unseen: { readonly estimated: number; readonly missed: number };
}

/** It left the CPU before the first switch. */
export const BEFORE = -1;
/** It was made, and waited for its first run. */
export const MADE = -2;
/** The switch is missing in which it left the CPU. */
export const UNSEEN = -3;

/** The bits of a thread that has exited, and does not run again: dead and zombie. */
const EXITED = 0x30;

/** By thread id: 0 is none. Ids above PID_MAX_LIMIT are not threads. */
const MOST_THREADS = 2 ** 22;
const MOST_CPUS = 2 ** 16;

/** An interval is kept if the time in question at one of its ends is a smaller share of it: in the middle, half of it is wrong. */
const KNOWN_TO = 0.02;

const largest = (threads: ArrayLike<number>, size: number): number => {
  let most = 0;
  for (let i = 0; i < size; i++) most = Math.max(most, threads[i] ?? 0);
  return most;
};

interface Given {
  readonly switches: Switches;
  /** Threads that were made while the capture ran. */
  readonly made: Marks;
  readonly wakings: Marks;
  readonly gaps: readonly Gap[];
}

const columns = (capacity: number) => ({
  t: new Float64Array(capacity),
  seconds: new Float64Array(capacity),
  thread: new Int32Array(capacity),
  out: new Int32Array(capacity),
  named: new Int32Array(capacity),
  waking: new Int32Array(capacity),
});

/** The intervals so far, and the open one of each thread, by thread id. */
const startWork = ({ switches, made, wakings, gaps }: Given) => {
  const { prev, next, size } = switches;
  const lists = [
    [prev, size],
    [next, size],
    [made.thread, made.size],
    [wakings.thread, wakings.size],
  ] as const;
  const room = Math.min(MOST_THREADS, Math.max(...lists.map(([threads, rows]) => largest(threads, rows)))) + 1;
  return {
    switches,
    made,
    wakings,
    gaps: merged(gaps),
    room,
    /** The switch + 1 in which it left the CPU. */
    out: new Int32Array(room),
    /** The event + 1 in which it was made, until it runs. */
    born: new Int32Array(room),
    /** The last wakeup + 1. */
    waking: new Int32Array(room),
    seen: new Uint8Array(room),
    /** An interval + 1 that waits for the next switch in which the thread leaves the CPU, for its names. */
    unnamed: new Int32Array(room),
    /** The time near which it left the CPU in a switch that is missing, and the width of the time in question. */
    left: new Float64Array(room),
    width: new Float64Array(room),
    /** The last switch + 1 of each CPU. */
    onCpu: new Int32Array(Math.min(MOST_CPUS, largest(switches.cpu, size)) + 1),
    // An interval begins or ends at a switch, at most two of them at one: in which a thread leaves and another one runs.
    into: columns(size * 2 + made.size),
    size: 0,
    missing: { intervals: 0, seconds: 0 },
    unseen: { estimated: 0, missed: 0 },
  };
};

type Work = ReturnType<typeof startWork>;

/** `width`: of the time in which the begin or the end must be, if its switch is missing. */
const add = (work: Work, thread: number, from: number, to: number, out: number, width = 0): void => {
  const { gaps, missing, into } = work;
  if (gaps.length > 0 && overlaps(gaps, from, to)) {
    missing.intervals++;
    missing.seconds += to - from;
    return;
  }
  if (width > KNOWN_TO * (to - from)) {
    work.unseen.missed++;
    return;
  }
  if (width > 0) work.unseen.estimated++;
  const at = work.size++;
  into.t[at] = from;
  into.seconds[at] = to - from;
  into.thread[at] = thread;
  into.out[at] = out;
  into.named[at] = out < 0 ? -1 : out;
  into.waking[at] = (work.waking[thread] ?? 0) - 1;
  if (out < 0) work.unnamed[thread] = at + 1;
};

const leaves = (work: Work, row: number, thread: number): void => {
  const unnamed = work.unnamed[thread] ?? 0;
  if (unnamed > 0) {
    work.into.named[unnamed - 1] = row;
    work.unnamed[thread] = 0;
  }
  const exits = ((work.switches.state[row] ?? 0) & EXITED) !== 0;
  work.out[thread] = exits ? 0 : row + 1;
  work.seen[thread] = exits ? 0 : 1;
  work.waking[thread] = 0;
};

const runs = (work: Work, row: number, thread: number): void => {
  const { switches, made } = work;
  const t = switches.t[row] ?? 0;
  const first = switches.t[0] ?? 0;
  const out = work.out[thread] ?? 0;
  const born = work.born[thread] ?? 0;
  if (out > 0) add(work, thread, switches.t[out - 1] ?? 0, t, out - 1);
  else if (born > 0) add(work, thread, made.t[born - 1] ?? 0, t, MADE);
  else if ((work.left[thread] ?? 0) > 0) add(work, thread, work.left[thread] ?? 0, t, UNSEEN, work.width[thread]);
  else if (work.seen[thread] === 0 && t > first) add(work, thread, first, t, BEFORE);
  work.out[thread] = 0;
  work.born[thread] = 0;
  work.left[thread] = 0;
  work.seen[thread] = 1;
};

/** A wakeup on an idle CPU is followed by the switch within microseconds. */
const AT_ONCE = 1e-6;

/**
 * A thread leaves a CPU that another one got in the last switch there: between the two, the other one left and this one
 * got it. Some kernels do not report switches of an idle CPU. The thread did not run before it was woken; if that was
 * on an idle CPU, it ran right then.
 */
const missed = (work: Work, row: number, before: number, other: number, thread: number): void => {
  const { switches } = work;
  const t = switches.t[row] ?? 0;
  const since = switches.t[before] ?? 0;
  if (other > 0 && work.out[other] === 0) {
    work.left[other] = (since + t) / 2;
    work.width[other] = t - since;
  }
  const out = work.out[thread] ?? 0;
  if (out === 0) return;
  const from = switches.t[out - 1] ?? 0;
  const woken = work.wakings.t[(work.waking[thread] ?? 0) - 1] ?? 0;
  const earliest = Math.max(since, from, woken);
  if (other === 0 && woken === earliest) add(work, thread, from, woken, out - 1, AT_ONCE);
  else add(work, thread, from, (earliest + t) / 2, out - 1, t - earliest);
  work.out[thread] = 0;
};

/**
 * The intervals that threads are off CPU, from context switches. Those that are open at the first or the last switch
 * are counted up to it, and the wait of a new thread for its first run from the event that made it. An interval in
 * which switches may be missing has no known length and is left out.
 */
export const intervalsOf = (given: Given): Intervals => {
  const { switches, made, wakings } = given;
  const work = startWork(given);
  const known = (thread: number | undefined): number =>
    thread !== undefined && thread > 0 && thread < work.room ? thread : 0;
  let [nextMade, nextWaking] = [0, 0];
  for (let row = 0; row < switches.size; row++) {
    const t = switches.t[row] ?? 0;
    for (; nextMade < made.size && (made.t[nextMade] ?? 0) <= t; nextMade++) {
      const thread = known(made.thread[nextMade]);
      work.born[thread] = nextMade + 1;
      work.out[thread] = 0;
    }
    for (; nextWaking < wakings.size && (wakings.t[nextWaking] ?? 0) <= t; nextWaking++)
      work.waking[known(wakings.thread[nextWaking])] = nextWaking + 1;
    const prev = known(switches.prev[row]);
    const cpu = switches.cpu[row] ?? 0;
    const before = (work.onCpu[cpu] ?? 0) - 1;
    const other = known(switches.next[before]);
    if (before >= 0 && other !== prev) missed(work, row, before, other, prev);
    work.onCpu[cpu] = row + 1;
    if (prev > 0) leaves(work, row, prev);
    const next = known(switches.next[row]);
    if (next > 0) runs(work, row, next);
  }
  const last = switches.t[switches.size - 1] ?? 0;
  for (let thread = 1; thread < work.room; thread++) {
    const out = work.out[thread] ?? 0;
    const from = switches.t[out - 1] ?? last;
    if (out > 0 && from < last) add(work, thread, from, last, out - 1);
  }
  const { into, size, missing, unseen } = work;
  return { size, ...into, missing, unseen };
};
