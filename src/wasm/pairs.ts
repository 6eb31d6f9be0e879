// Distinct pairs of numbers, numbered in order of first appearance: trie nodes (parent, key) and frames (name, dso).
import { grown } from './room';

/** One set of pairs. Fields lie in linear memory, since there are several sets. */
@unmanaged
export class Pairs {
  count: u32;
  room: u32;
  mask: u32;
  /** u32 each. */
  a: usize;
  b: usize;
  slots: usize;
}

export function startPairs(room: u32): Pairs {
  const pairs = changetype<Pairs>(heap.alloc(offsetof<Pairs>()));
  memory.fill(changetype<usize>(pairs), 0, offsetof<Pairs>());
  growPairs(pairs, room);
  return pairs;
}

function growPairs(pairs: Pairs, to: u32): void {
  const had = (<usize>pairs.room) * 4;
  pairs.a = grown(pairs.a, had, (<usize>to) * 4);
  pairs.b = grown(pairs.b, had, (<usize>to) * 4);
  pairs.room = to;
  pairs.mask = to * 2 - 1;
  if (pairs.slots) heap.free(pairs.slots);
  pairs.slots = grown(0, 0, (<usize>to) * 8);
  for (let i: u32 = 0; i < pairs.count; i++) {
    const at = <usize>i << 2;
    let slot = mixed(load<u32>(pairs.a + at), load<u32>(pairs.b + at)) & pairs.mask;
    while (load<u32>(pairs.slots + (<usize>slot << 2))) slot = (slot + 1) & pairs.mask;
    store<u32>(pairs.slots + (<usize>slot << 2), i + 1);
  }
}

// @ts-ignore: decorator
@inline
function mixed(a: u32, b: u32): u32 {
  let h = (((<u64>a) << 32) | b) * 0x9e3779b97f4a7c15;
  h ^= h >> 29;
  return <u32>((h * 0xd6e8feb86659fd93) >> 32);
}

/** The number of the pair. */
// @ts-ignore: decorator
@inline
export function pair(pairs: Pairs, a: u32, b: u32): u32 {
  let slot = mixed(a, b) & pairs.mask;
  while (true) {
    const id = load<u32>(pairs.slots + (<usize>slot << 2));
    if (!id) return added(pairs, a, b, slot);
    const at = <usize>(id - 1) << 2;
    if (load<u32>(pairs.b + at) == b && load<u32>(pairs.a + at) == a) return id - 1;
    slot = (slot + 1) & pairs.mask;
  }
}

function added(pairs: Pairs, a: u32, b: u32, free: u32): u32 {
  let slot = free;
  if (pairs.count == pairs.room) {
    growPairs(pairs, pairs.room * 2);
    slot = mixed(a, b) & pairs.mask;
    while (load<u32>(pairs.slots + (<usize>slot << 2))) slot = (slot + 1) & pairs.mask;
  }
  const at = <usize>pairs.count << 2;
  store<u32>(pairs.a + at, a);
  store<u32>(pairs.b + at, b);
  pairs.count++;
  store<u32>(pairs.slots + (<usize>slot << 2), pairs.count);
  return pairs.count - 1;
}
