// Stacks by name: maps nodes of the address tree to nodes of frames, merging nodes with equal names.
import { ROOT, nodes } from './address-stacks';
import { Pairs, pair, startPairs } from './pairs';
import { take } from './room';

/** Stacks as pairs (parent, frame). */
let named: Pairs = changetype<Pairs>(0);
/** u32 per stack: its depth in frames. */
export let namedDepths: usize = 0;
/** u32 per node of the address tree: the stack that it became. */
export let moved: usize = 0;

/** Merges by `frameOf` (u32 per place) and returns the number of stacks. Parents come before their children. */
export function nameNodes(frameOf: usize): u32 {
  const count = <usize>nodes.count;
  named = startPairs(1 << 16);
  moved = take(count * 4);
  namedDepths = take(count * 4);
  for (let node: usize = 0; node < count; node++) {
    const parent = load<u32>(nodes.a + (node << 2));
    const up = parent == ROOT ? ROOT : load<u32>(moved + ((<usize>parent) << 2));
    const stack = pair(named, up, load<u32>(frameOf + ((<usize>load<u32>(nodes.b + (node << 2))) << 2)));
    store<u32>(moved + (node << 2), stack);
    store<u32>(namedDepths + ((<usize>stack) << 2), up == ROOT ? 1 : load<u32>(namedDepths + ((<usize>up) << 2)) + 1);
  }
  return named.count;
}

/** Addresses of two u32 arrays: the parent and the frame of each stack. */
export function namedParents(): usize {
  return named.a;
}
export function namedFrames(): usize {
  return named.b;
}
