// Distinct pairs of numbers, numbered in order of first appearance: tree nodes (parent, key) and frames (name, dso).
import { mixed } from './hash';
import { grown } from './room';

/** One set of pairs. Its fields lie in linear memory because there are several sets. */
@unmanaged
export class Pairs {
  count: u32;
  room: u32;
  mask: u32;
  /** The two u32 arrays. */
  a: usize;
  b: usize;
  /**
   * Hash table, at most half full: each cell holds a pair and its number + 1, so that a look-up touches one cache line.
   */
  cells: usize;
}

export function startPairs(room: u32): Pairs {
  const pairs = changetype<Pairs>(grown(0, 0, offsetof<Pairs>()));
  growPairs(pairs, room);
  return pairs;
}

/** `to` must be a power of two. */
function growPairs(pairs: Pairs, to: u32): void {
  const had = (<usize>pairs.room) * 4;
  pairs.a = grown(pairs.a, had, (<usize>to) * 4);
  pairs.b = grown(pairs.b, had, (<usize>to) * 4);
  pairs.room = to;
  pairs.mask = to * 2 - 1;
  if (pairs.cells) heap.free(pairs.cells);
  pairs.cells = grown(0, 0, (<usize>to) << 5);
  for (let i: u32 = 0; i < pairs.count; i++) {
    const key = keyOf(load<u32>(pairs.a + ((<usize>i) << 2)), load<u32>(pairs.b + ((<usize>i) << 2)));
    const at = freeCell(pairs, key);
    store<u64>(at, key);
    store<u32>(at + 8, i + 1);
  }
}

// @ts-ignore: decorator
@inline
function keyOf(a: u32, b: u32): u64 {
  return ((<u64>a) << 32) | b;
}

// @ts-ignore: decorator
@inline
function cellAt(pairs: Pairs, slot: u32): usize {
  return pairs.cells + ((<usize>(slot & pairs.mask)) << 4);
}

function freeCell(pairs: Pairs, key: u64): usize {
  let slot = mixed(key);
  while (load<u32>(cellAt(pairs, slot) + 8)) slot++;
  return cellAt(pairs, slot);
}

/** The number of the pair (a, b). */
// @ts-ignore: decorator
@inline
export function pair(pairs: Pairs, a: u32, b: u32): u32 {
  const key = keyOf(a, b);
  let slot = mixed(key);
  while (true) {
    const at = cellAt(pairs, slot);
    const id = load<u32>(at + 8);
    if (!id) return added(pairs, a, b, at);
    if (load<u64>(at) == key) return id - 1;
    slot++;
  }
}

function added(pairs: Pairs, a: u32, b: u32, free: usize): u32 {
  const key = keyOf(a, b);
  let at = free;
  if (pairs.count == pairs.room) {
    growPairs(pairs, pairs.room * 2);
    at = freeCell(pairs, key);
  }
  store<u32>(pairs.a + ((<usize>pairs.count) << 2), a);
  store<u32>(pairs.b + ((<usize>pairs.count) << 2), b);
  pairs.count++;
  store<u64>(at, key);
  store<u32>(at + 8, pairs.count);
  return pairs.count - 1;
}
