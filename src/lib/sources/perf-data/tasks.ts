import { textOf } from './cursor.ts';
import { MISC_COMM_EXEC, MISC_FORK_EXEC } from './format.ts';
import type { Rows } from './rows.ts';
import type { Processes } from './spaces.ts';

/** Takes a COMM record: a thread's name, and whether it is that of a new image. False when the record is too short. */
export const takeComm = (view: DataView, at: number, little: boolean, procs: Processes, rows: Rows): boolean => {
  const size = view.getUint16(at + 6, little);
  if (size < 24) return false;
  // A name is at most 16 bytes with its NUL; what follows is the record's trailer.
  const name = textOf(new Uint8Array(view.buffer, view.byteOffset + at + 16, Math.min(16, size - 16)));
  procs.comm(view.getInt32(at + 12, little), rows.comm(name));
  if ((view.getUint16(at + 4, little) & MISC_COMM_EXEC) !== 0) procs.exec(view.getInt32(at + 8, little));
  return true;
};

/** Takes a FORK record. False when it is too short. */
export const takeFork = (view: DataView, at: number, little: boolean, procs: Processes): boolean => {
  if (view.getUint16(at + 6, little) < 32) return false;
  const [pid, parent] = [view.getInt32(at + 8, little), view.getInt32(at + 12, little)];
  const [tid, parentTid] = [view.getInt32(at + 16, little), view.getInt32(at + 20, little)];
  const fresh = (view.getUint16(at + 4, little) & MISC_FORK_EXEC) !== 0;
  procs.fork({ pid, tid }, { pid: parent, tid: parentTid }, fresh);
  return true;
};
