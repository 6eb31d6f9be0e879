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
      const codes = new Map<number, number>();
      const names: string[] = [];
      const byName = new Map<string, number>();
      for (const [tid, name] of comms) {
        const code = byName.get(name) ?? names.push(name) - 1;
        byName.set(name, code);
        codes.set(tid, code);
      }
      const valid = validWhere(tids.length, (row) => codes.has(tids[row] ?? 0));
      return {
        kind: 'text',
        codes: Uint32Array.from(tids, (tid) => codes.get(tid) ?? 0),
        names,
        ...(valid === undefined ? {} : { valid }),
      };
    },
    pids(tids) {
      const valid = validWhere(tids.length, (row) => processes.has(tids[row] ?? 0));
      const values = Int32Array.from(tids, (tid) => processes.get(tid) ?? 0);
      return { kind: 'number', values, ...(valid === undefined ? {} : { valid }) };
    },
  };
};
