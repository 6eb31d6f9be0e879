// Address spaces: what is mapped where, as src/lib/sources/perf-data/spaces.ts has it.
import { Mapping, dropTree, findMapping, share, withMapping } from './mappings';
import { grown } from './room';

const RECENT: u32 = 16;

/** The mappings of one address space. */
@unmanaged
export class Space {
  /** Changes with every change of the mappings. */
  stamp: u32;
  /** Processes, and images of after execve, that share it: one that maps something then gets its own. */
  sharers: u32;
  mappings: usize;
  /** The image before execve: still running while the kernel loads the new one. 0 where there was none. */
  before: usize;
  /** Addresses of mappings found lately, by the address's 64 KB. */
  recent: usize;
}

let stamps: u32 = 0;

/** An empty space. */
export function newSpace(): Space {
  const space = changetype<Space>(grown(0, 0, offsetof<Space>()));
  space.stamp = ++stamps;
  space.sharers = 1;
  space.recent = grown(0, 0, RECENT * 4);
  return space;
}

/** One sharer less. */
export function release(at: usize): void {
  let space = changetype<Space>(at);
  while (changetype<usize>(space) && !--space.sharers) {
    const before = changetype<Space>(space.before);
    dropTree(space.mappings);
    heap.free(space.recent);
    heap.free(changetype<usize>(space));
    space = before;
  }
}

function search(space: Space, address: i64, slot: usize): usize {
  const found = findMapping(space.mappings, address);
  if (found) store<u32>(slot, <u32>found);
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

/** A space of its own with the same mappings, which both share until one of them changes. */
export function copyOf(space: Space): Space {
  const own = newSpace();
  own.before = space.before;
  if (own.before) changetype<Space>(own.before).sharers++;
  own.mappings = share(space.mappings);
  return own;
}

/** Maps over whatever was there: parts of older mappings that stick out stay. */
export function mapInto(space: Space, start: i64, end: i64, delta: i64, dso: u32): void {
  space.mappings = withMapping(space.mappings, start, end, delta, dso);
  space.stamp = ++stamps;
  memory.fill(space.recent, 0, RECENT * 4);
}
