// The address spaces and the names of all processes while time goes on.
import { NOTHING, Numbers, newNumbers, numberOf, setNumber } from './numbers';
import { Space, copyOf, mapInto, newSpace, release } from './spaces';

let spaces: Numbers = changetype<Numbers>(0);
let comms: Numbers = changetype<Numbers>(0);

export function startProcesses(): void {
  spaces = newNumbers();
  comms = newNumbers();
}

/** The space of a process; one that was never seen is empty. */
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

/** A process maps something: a space that it shares is copied first. */
export function mapped(pid: u32, start: i64, end: i64, delta: i64, dso: u32): void {
  let space = spaceOf(pid);
  if (space.sharers > 1) {
    space.sharers--;
    space = copyOf(space);
    setNumber(spaces, pid, <u32>changetype<usize>(space));
  }
  mapInto(space, start, end, delta, dso);
}

/** A child begins with its parent's space (unless `fresh`: perf tells of processes that ran before) and name. */
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

/** execve: the old mappings count only where nothing new is mapped. */
export function executed(pid: u32): void {
  const known = numberOf(spaces, pid);
  if (known == NOTHING) return;
  const old = changetype<Space>(known);
  // One image back is enough: the one that called execve.
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

/** The code of a thread's name, NOTHING where it was never told. */
// @ts-ignore: decorator
@inline
export function nameOfThread(tid: u32): u32 {
  return numberOf(comms, tid);
}
