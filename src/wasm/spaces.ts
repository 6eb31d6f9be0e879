// The address spaces and names of all processes while time goes on, as src/lib/sources/perf-data/spaces.ts has them.
import { SLACK, grown } from './room';
import { NOTHING, Numbers, newNumbers, numberOf, setNumber } from './numbers';

/** A stretch of addresses that is mapped to a file: address + `delta` is the offset in `dso`. */
@unmanaged
export class Mapping {
  start: i64;
  end: i64;
  delta: i64;
  dso: u32;
}

const MAPPING: usize = 32;
const RECENT: u32 = 16;

/** The mappings of one address space, sorted, without overlaps. */
@unmanaged
export class Space {
  /** Changes with every change of the mappings. */
  stamp: u32;
  /** Processes, and images of after execve, that share it: one that maps something then gets its own. */
  sharers: u32;
  mappings: usize;
  count: u32;
  room: u32;
  /** The image before execve: still running while the kernel loads the new one. 0 where there was none. */
  before: usize;
  /** Addresses of mappings found lately, by the address's 64 KB. */
  recent: usize;
}

const START: u32 = 16;

let stamps: u32 = 0;
let spaces: Numbers = changetype<Numbers>(0);
let comms: Numbers = changetype<Numbers>(0);

export function startSpaces(): void {
  spaces = newNumbers();
  comms = newNumbers();
}

function newSpace(room: u32): Space {
  const space = changetype<Space>(grown(0, 0, offsetof<Space>()));
  space.stamp = ++stamps;
  space.sharers = 1;
  space.room = room;
  space.mappings = heap.alloc((<usize>room) * MAPPING + SLACK);
  space.recent = grown(0, 0, RECENT * 4);
  return space;
}

function release(at: usize): void {
  if (!at) return;
  const space = changetype<Space>(at);
  if (--space.sharers) return;
  release(space.before);
  heap.free(space.mappings);
  heap.free(space.recent);
  heap.free(at);
}

/** The space of a process; one that was never seen is empty. */
// @ts-ignore: decorator
@inline
export function spaceOf(pid: u32): Space {
  const known = numberOf(spaces, pid);
  return known != NOTHING ? changetype<Space>(known) : firstSpace(pid);
}

function firstSpace(pid: u32): Space {
  const space = newSpace(START);
  setNumber(spaces, pid, <u32>changetype<usize>(space));
  return space;
}

// @ts-ignore: decorator
@inline
function at(space: Space, i: u32): Mapping {
  return changetype<Mapping>(space.mappings + (<usize>i) * MAPPING);
}

/** The index of the first mapping that ends after the address. */
function firstAfter(space: Space, address: i64): u32 {
  let low: u32 = 0;
  let high = space.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(space, middle).end <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}

function search(space: Space, address: i64, slot: usize): usize {
  const i = firstAfter(space, address);
  if (i == space.count || address < at(space, i).start) return 0;
  const found = changetype<usize>(at(space, i));
  store<u32>(slot, <u32>found);
  return found;
}

/** The mapping that holds an address, 0 where none does. Those of the upper half are nobody's. */
// @ts-ignore: decorator
@inline
export function mappingAt(space: Space, address: i64): usize {
  if (address < 0) return 0;
  const slot = space.recent + (((<usize>(address >> 16)) & (RECENT - 1)) << 2);
  const known = <usize>load<u32>(slot);
  if (known) {
    const recent = changetype<Mapping>(known);
    if (address >= recent.start && address < recent.end) return known;
  }
  return search(space, address, slot);
}

/** A space of the process's own: one that is shared is copied first. */
function ownSpace(pid: u32): Space {
  const space = spaceOf(pid);
  if (space.sharers == 1) return space;
  const own = newSpace(space.room);
  own.count = space.count;
  own.before = space.before;
  if (own.before) changetype<Space>(own.before).sharers++;
  memory.copy(own.mappings, space.mappings, (<usize>space.count) * MAPPING);
  space.sharers--;
  setNumber(spaces, pid, <u32>changetype<usize>(own));
  return own;
}

function put(space: Space, i: u32, start: i64, end: i64, delta: i64, dso: u32): void {
  const mapping = at(space, i);
  mapping.start = start;
  mapping.end = end;
  mapping.delta = delta;
  mapping.dso = dso;
}

/** Maps over whatever was there: parts of older mappings that stick out stay. */
export function mapInto(pid: u32, start: i64, end: i64, delta: i64, dso: u32): void {
  const space = ownSpace(pid);
  const from = firstAfter(space, start);
  let to = from;
  while (to < space.count && at(space, to).start < end) to++;
  let before: u32 = 0;
  let after: u32 = 0;
  let left = start;
  let leftDelta: i64 = 0;
  let leftDso: u32 = 0;
  let right = end;
  let rightDelta: i64 = 0;
  let rightDso: u32 = 0;
  if (from < to) {
    const first = at(space, from);
    const last = at(space, to - 1);
    if (first.start < start) {
      before = 1;
      left = first.start;
      leftDelta = first.delta;
      leftDso = first.dso;
    }
    if (last.end > end) {
      after = 1;
      right = last.end;
      rightDelta = last.delta;
      rightDso = last.dso;
    }
  }
  const count = space.count - (to - from) + before + 1 + after;
  if (count > space.room) {
    const room = max(count, space.room * 2);
    space.mappings = heap.realloc(space.mappings, (<usize>room) * MAPPING + SLACK);
    space.room = room;
  }
  const next = from + before + 1 + after;
  memory.copy(
    changetype<usize>(at(space, next)), changetype<usize>(at(space, to)), (<usize>(space.count - to)) * MAPPING,
  );
  if (before) put(space, from, left, start, leftDelta, leftDso);
  put(space, from + before, start, end, delta, dso);
  if (after) put(space, from + before + 1, end, right, rightDelta, rightDso);
  space.count = count;
  space.stamp = ++stamps;
  memory.fill(space.recent, 0, RECENT * 4);
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
  const space = newSpace(START);
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
