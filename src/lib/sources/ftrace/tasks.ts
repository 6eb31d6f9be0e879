import type { NumberColumn, TextColumn } from '../../columns/column.ts';
import { validWhere } from '../../columns/validity.ts';

/** The names and processes of threads, from saved_cmdlines and saved_tgids of tracefs. */
export interface Tasks {
  /** Takes a file; a later one replaces what an earlier one says of the same thread. */
  take(file: string, text: string): void;
  comms(tids: Int32Array): TextColumn;
  pids(tids: Int32Array): NumberColumn;
}

const LINE = /^(\d+) (.*)$/gm;

/** The name that Ftrace prints for thread 0 of each CPU, which is in none of the files. */
const IDLE = '<idle>';

/** Thread ids are below PID_MAX_LIMIT. */
const MOST_TID = 2 ** 22;

/** What is known of a thread, as a number, for each of `tids`. By index: an iterator over millions takes many times as long. */
const lookedUp = (known: ReadonlyMap<number, number>, tids: Int32Array) => {
  let most = 0;
  for (const tid of known.keys()) if (tid > most && tid < MOST_TID) most = tid;
  const cells = new Int32Array(most + 1);
  for (const [tid, value] of known) if (tid <= most) cells[tid] = value + 1;
  const values = new Int32Array(tids.length);
  let absent = 0;
  for (let row = 0; row < tids.length; row++) {
    const cell = cells[tids[row] as number] ?? 0;
    if (cell === 0) absent++;
    else values[row] = cell - 1;
  }
  if (absent === 0) return { values };
  const valid = validWhere(tids.length, (row) => (cells[tids[row] as number] ?? 0) !== 0);
  return { values, ...(valid === undefined ? {} : { valid }) };
};

/** Starts with the idle thread only. */
export const newTasks = (): Tasks => {
  const comms = new Map([[0, IDLE]]);
  const processes = new Map([[0, 0]]);
  return {
    take(file, text) {
      for (const [, tid = '', said = ''] of text.matchAll(LINE)) {
        if (file === 'saved_cmdlines') comms.set(Number(tid), said);
        else if (/^\d+$/.test(said)) processes.set(Number(tid), Number(said));
      }
    },
    comms(tids) {
      const byName = new Map<string, number>();
      const codes = new Map<number, number>();
      for (const [tid, name] of comms) {
        const code = byName.get(name) ?? byName.size;
        byName.set(name, code);
        codes.set(tid, code);
      }
      const { values, ...valid } = lookedUp(codes, tids);
      return { kind: 'text', codes: values, names: [...byName.keys()], ...valid };
    },
    pids: (tids) => ({ kind: 'number', ...lookedUp(processes, tids) }),
  };
};
