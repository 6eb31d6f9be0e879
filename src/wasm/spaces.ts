// Address spaces: which file is mapped at which address. src/lib/sources/perf-data/spaces.ts does the same in
// TypeScript.
import { Mapping, dropTree, findMapping, share, withMapping } from './mappings';
import { grown } from './room';

const RECENT: u32 = 16;

/** The mappings of one address space. */
@unmanaged
export class Space {
  /** Changes with every change of the mappings; part of the key of cached segments. */
  stamp: u32;
  /** How many processes, and images after execve, share it; one that adds a mapping gets a copy first. */
  sharers: u32;
  mappings: usize;
  /** The image before execve: it still runs while the kernel loads the new one. 0 if there is none. */
  before: usize;
  /** Cache of mappings, indexed by the address / 64 KB. */
  recent: usize;
}

let stamps: u32 = 0;

/** Creates an empty address space. */
export function newSpace(): Space {
  const space = changetype<Space>(grown(0, 0, offsetof<Space>()));
  space.stamp = ++stamps;
  space.sharers = 1;
  space.recent = grown(0, 0, RECENT * 4);
  return space;
}

/** Drops one sharer. */
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

/** The mapping that holds an address, or 0; addresses of the upper half belong to no process. */
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

/** A new address space with the same mappings; both share them until one changes. */
export function copyOf(space: Space): Space {
  const own = newSpace();
  own.before = space.before;
  if (own.before) changetype<Space>(own.before).sharers++;
  own.mappings = share(space.mappings);
  return own;
}

/** Adds a mapping. Older mappings in its range are removed or shortened. */
export function mapInto(space: Space, start: i64, end: i64, delta: i64, dso: u32): void {
  space.mappings = withMapping(space.mappings, start, end, delta, dso);
  space.stamp = ++stamps;
  memory.fill(space.recent, 0, RECENT * 4);
}
