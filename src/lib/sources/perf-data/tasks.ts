import { textOf } from './cursor.ts';
import { MISC_COMM_EXEC, MISC_FORK_EXEC } from './format.ts';
import type { Rows } from './rows.ts';
import type { Processes } from './spaces.ts';

/** The contents of a COMM record: a thread's name, and whether execve set it. */
interface CommFacts {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly exec: boolean;
}

/** Reads a COMM record; undefined if it is too short. */
export const readComm = (view: DataView, at: number, little: boolean): CommFacts | undefined => {
  const size = view.getUint16(at + 6, little);
  if (size < 24) return undefined;
  return {
    pid: view.getInt32(at + 8, little),
    tid: view.getInt32(at + 12, little),
    // A name has at most 16 bytes with its NUL; the trailer follows.
    name: textOf(new Uint8Array(view.buffer, view.byteOffset + at + 16, Math.min(16, size - 16))),
    exec: (view.getUint16(at + 4, little) & MISC_COMM_EXEC) !== 0,
  };
};

/** The contents of a FORK record; `fresh`: perf synthesized it for a process that ran before. */
interface ForkFacts {
  readonly child: { readonly pid: number; readonly tid: number };
  readonly parent: { readonly pid: number; readonly tid: number };
  readonly fresh: boolean;
}

/** Reads a FORK record; undefined if it is too short. */
export const readFork = (view: DataView, at: number, little: boolean): ForkFacts | undefined => {
  if (view.getUint16(at + 6, little) < 32) return undefined;
  return {
    child: { pid: view.getInt32(at + 8, little), tid: view.getInt32(at + 16, little) },
    parent: { pid: view.getInt32(at + 12, little), tid: view.getInt32(at + 20, little) },
    fresh: (view.getUint16(at + 4, little) & MISC_FORK_EXEC) !== 0,
  };
};

/** perf's name for a thread that no record named. */
export const untoldName = (tid: number): string => (tid === 0 ? 'swapper' : `:${tid}`);

/** Handles a COMM record; false if it is too short. */
export const takeComm = (view: DataView, at: number, little: boolean, procs: Processes, rows: Rows): boolean => {
  const facts = readComm(view, at, little);
  if (facts === undefined) return false;
  procs.comm(facts.tid, rows.comm(facts.name));
  if (facts.exec) procs.exec(facts.pid);
  return true;
};

/** Handles a FORK record; false if it is too short. */
export const takeFork = (view: DataView, at: number, little: boolean, procs: Processes): boolean => {
  const facts = readFork(view, at, little);
  if (facts === undefined) return false;
  procs.fork(facts.child, facts.parent, facts.fresh);
  return true;
};
