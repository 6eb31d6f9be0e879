// Address spaces: what is mapped where, as src/lib/sources/perf-data/spaces.ts has it.
import { grown, retake, take } from './room';

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

/** An empty space. */
export function newSpace(room: u32 = START): Space {
  const space = changetype<Space>(grown(0, 0, offsetof<Space>()));
  space.stamp = ++stamps;
  space.sharers = 1;
  space.room = room;
  space.mappings = take((<usize>room) * MAPPING);
  space.recent = grown(0, 0, RECENT * 4);
  return space;
}

/** One sharer less. */
export function release(at: usize): void {
  let space = changetype<Space>(at);
  while (changetype<usize>(space) && !--space.sharers) {
    const before = changetype<Space>(space.before);
    heap.free(space.mappings);
    heap.free(space.recent);
    heap.free(changetype<usize>(space));
    space = before;
  }
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

function put(space: Space, i: u32, start: i64, end: i64, delta: i64, dso: u32): void {
  const mapping = at(space, i);
  mapping.start = start;
  mapping.end = end;
  mapping.delta = delta;
  mapping.dso = dso;
}

/** A copy that only one process has. */
export function copyOf(space: Space): Space {
  const own = newSpace(space.room);
  own.count = space.count;
  own.before = space.before;
  if (own.before) changetype<Space>(own.before).sharers++;
  memory.copy(own.mappings, space.mappings, (<usize>space.count) * MAPPING);
  return own;
}

/** Maps over whatever was there: parts of older mappings that stick out stay. */
export function mapInto(space: Space, start: i64, end: i64, delta: i64, dso: u32): void {
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
    space.mappings = retake(space.mappings, (<usize>room) * MAPPING);
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
