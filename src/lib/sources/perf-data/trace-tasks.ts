import { internNames, type NameCodes } from '../../stacks/intern.ts';
import { RECORD } from './format.ts';
import { readComm, readFork, untoldName } from './tasks.ts';

/** A thread got a name, or started with that of its parent. */
interface Named {
  /** ns since boot; undefined if the record has no time: it then applies from the beginning. */
  readonly time: bigint | undefined;
  readonly tid: number;
  readonly comm: number | undefined;
  readonly parent: number;
}

/** The names of threads, as they change over time. */
export interface Tasks {
  /** Handles a COMM or FORK record of a little-endian file. */
  take(view: DataView, at: number, time: bigint | undefined): void;
  /** The thread name of each row; `times` are those of the rows in ns since `base`, ascending. */
  comms(base: bigint, tids: Int32Array, times: Float64Array): Uint32Array;
  readonly names: readonly string[];
}

/** Thread ids up to PID_MAX_LIMIT have a cell each; larger ones are in a map. */
const MOST_TID = 2 ** 22;

/** 0: unknown; code + 1: named by a record; below 0: not named by a record, given a name of its own. */
interface Cells {
  /** By thread id up to the array's length; others are in the map. */
  readonly low: Int32Array;
  readonly others: Map<number, number>;
}

const cellsFor = (tids: Int32Array): Cells => {
  let most = 0;
  // By index: an iterator over millions of them takes six times as long.
  for (let i = 0; i < tids.length; i++) if ((tids[i] as number) > most) most = tids[i] as number;
  return { low: new Int32Array(Math.min(MOST_TID, most) + 1), others: new Map() };
};

const get = ({ low, others }: Cells, tid: number): number =>
  tid >= 0 && tid < low.length ? (low[tid] as number) : (others.get(tid) ?? 0);

const set = ({ low, others }: Cells, tid: number, value: number): void => {
  if (tid >= 0 && tid < low.length) low[tid] = value;
  else others.set(tid, value);
};

const named = (view: DataView, at: number, time: bigint | undefined, names: NameCodes): Named | undefined => {
  if (view.getUint32(at, true) === RECORD.FORK) {
    const fork = readFork(view, at, true);
    return fork && { time, tid: fork.child.tid, comm: undefined, parent: fork.parent.tid };
  }
  const comm = readComm(view, at, true);
  return comm && { time, tid: comm.tid, comm: names.code(comm.name), parent: 0 };
};

const inOrder = (a: Named, b: Named): number => {
  if (a.time === b.time) return 0;
  if (a.time === undefined || b.time === undefined) return a.time === undefined ? -1 : 1;
  return a.time < b.time ? -1 : 1;
};

/** Starts without names. */
export const newTasks = (): Tasks => {
  const names = internNames();
  const told: Named[] = [];
  let sorted = true;
  /** The code of a thread that no record named. */
  const ownName = (now: Cells, tid: number, known: number): number => {
    if (known < 0) return -1 - known;
    const code = names.code(untoldName(tid));
    set(now, tid, -1 - code);
    return code;
  };
  return {
    names: names.list,
    take(view, at, time) {
      const one = named(view, at, time, names);
      if (one === undefined) return;
      const last = told.at(-1);
      if (last !== undefined && inOrder(last, one) > 0) sorted = false;
      told.push(one);
    },
    comms(base, tids, rowTimes) {
      if (!sorted) told.sort(inOrder);
      sorted = true;
      const times = told.map(({ time }) => (time === undefined ? -Infinity : Number(time - base)));
      const now = cellsFor(tids);
      const { low } = now;
      const codes = new Uint32Array(tids.length);
      let next = 0;
      let until = times[0] ?? Infinity;
      for (let row = 0; row < tids.length; row++) {
        const t = rowTimes[row] as number;
        for (; until <= t; until = times[++next] ?? Infinity) {
          const { tid, comm, parent } = told[next] as Named;
          set(now, tid, comm === undefined ? Math.max(0, get(now, parent)) : comm + 1);
        }
        const tid = tids[row] as number;
        const known = tid >= 0 && tid < low.length ? (low[tid] as number) : get(now, tid);
        codes[row] = known > 0 ? known - 1 : ownName(now, tid, known);
      }
      return codes;
    },
  };
};
