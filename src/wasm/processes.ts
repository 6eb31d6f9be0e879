// Address spaces and names of all processes, as they change over the time of the recording.
import { NOTHING, Numbers, newNumbers, numberOf, setNumber } from './numbers';
import { Space, copyOf, mapInto, newSpace, release } from './spaces';

let spaces: Numbers = changetype<Numbers>(0);
let comms: Numbers = changetype<Numbers>(0);

export function startProcesses(): void {
  spaces = newNumbers();
  comms = newNumbers();
}

/** The address space of a process; an empty one if the process was not seen before. */
// @ts-ignore: decorator
@inline
export function spaceOf(pid: u32): Space {
  const known = numberOf(spaces, pid);
  return known != NOTHING ? changetype<Space>(known) : firstSpace(pid);
}

function firstSpace(pid: u32): Space {
  const space = newSpace();
  setNumber(spaces, pid, <u32>changetype<usize>(space));
  return space;
}

/** Adds a mapping to a process. An address space that other processes share is copied first. */
export function mapped(pid: u32, start: i64, end: i64, delta: i64, dso: u32): void {
  let space = spaceOf(pid);
  if (space.sharers > 1) {
    space.sharers--;
    space = copyOf(space);
    setNumber(spaces, pid, <u32>changetype<usize>(space));
  }
  mapInto(space, start, end, delta, dso);
}

/**
 * A child inherits its parent's name and address space, unless `fresh`: then perf synthesized the record for a process
 * that ran before.
 */
export function forked(pid: u32, tid: u32, parentPid: u32, parentTid: u32, fresh: bool): void {
  setNumber(comms, tid, numberOf(comms, parentTid));
  if (pid == parentPid) return;
  const old = numberOf(spaces, pid);
  if (fresh) setNumber(spaces, pid, NOTHING);
  else {
    const shared = spaceOf(parentPid);
    shared.sharers++;
    setNumber(spaces, pid, <u32>changetype<usize>(shared));
  }
  if (old != NOTHING) release(old);
}

/** execve: addresses are looked up in the old mappings only where nothing new is mapped. */
export function executed(pid: u32): void {
  const known = numberOf(spaces, pid);
  if (known == NOTHING) return;
  const old = changetype<Space>(known);
  // Only the image that called execve is kept; earlier ones are dropped.
  if (old.sharers == 1) {
    release(old.before);
    old.before = 0;
  }
  const space = newSpace();
  space.before = known;
  setNumber(spaces, pid, <u32>changetype<usize>(space));
}

export function nameThread(tid: u32, code: u32): void {
  setNumber(comms, tid, code);
}

/** The code of a thread's name; NOTHING if no record named it. */
// @ts-ignore: decorator
@inline
export function nameOfThread(tid: u32): u32 {
  return numberOf(comms, tid);
}
