// Callchains as a tree. A place is an address in a dso; a node is a place and the node that called it. Both are
// numbered in order of first appearance.
import { mixed } from './hash';
import { Pairs, pair, startPairs } from './pairs';
import { grown } from './room';

/** The parent of outermost frames. */
export const ROOT: u32 = 0xffffffff;

export let placeCount: u32 = 0;
/** Per place: its dso as u32 and its address as u64. */
export let placeDsos: usize = 0;
export let placeAddresses: usize = 0;
let room: u32 = 0;
/** Hash table: each cell holds address, dso and place + 1, so that a look-up touches one cache line. */
let cells: usize = 0;
let mask: u32 = 0;

/** Nodes as pairs (parent, place). */
export let nodes: Pairs = changetype<Pairs>(0);

export function startAddressStacks(): void {
  widen(1 << 14);
  nodes = startPairs(1 << 14);
}

/** The number of nodes. */
export function nodeCount(): u32 {
  return nodes.count;
}

/** Addresses of two u32 arrays: the parent and the place of each node. */
export function nodeParents(): usize {
  return nodes.a;
}
export function nodePlaces(): usize {
  return nodes.b;
}

// @ts-ignore: decorator
@inline
function hashed(dso: u32, address: u64): u32 {
  return mixed(address ^ ((<u64>dso) << 48));
}

// @ts-ignore: decorator
@inline
function cellAt(slot: u32): usize {
  return cells + ((<usize>(slot & mask)) << 4);
}

function widen(to: u32): void {
  placeDsos = grown(placeDsos, (<usize>room) * 4, (<usize>to) * 4);
  placeAddresses = grown(placeAddresses, (<usize>room) * 8, (<usize>to) * 8);
  room = to;
  const old = cells;
  const had: u32 = old ? mask + 1 : 0;
  mask = to * 2 - 1;
  cells = grown(0, 0, (<usize>to) << 5);
  for (let i: u32 = 0; i < had; i++) {
    const from = old + ((<usize>i) << 4);
    if (!load<u32>(from + 12)) continue;
    let slot = hashed(load<u32>(from + 8), load<u64>(from));
    while (load<u32>(cellAt(slot) + 12)) slot++;
    memory.copy(cellAt(slot), from, 16);
  }
  if (old) heap.free(old);
}

/** The number of the place for an address in a dso. */
// @ts-ignore: decorator
@inline
export function placeOf(dso: u32, address: u64): u32 {
  let slot = hashed(dso, address);
  while (true) {
    const at = cellAt(slot);
    const known = load<u32>(at + 12);
    if (!known) return added(at, dso, address);
    if (load<u64>(at) == address && load<u32>(at + 8) == dso) return known - 1;
    slot++;
  }
}

function added(at: usize, dso: u32, address: u64): u32 {
  const place = placeCount++;
  store<u64>(at, address);
  store<u32>(at + 8, dso);
  store<u32>(at + 12, placeCount);
  store<u32>(placeDsos + ((<usize>place) << 2), dso);
  store<u64>(placeAddresses + ((<usize>place) << 3), address);
  if (placeCount == room) widen(room * 2);
  return place;
}

/** The node for a place that was called from node `parent`. */
// @ts-ignore: decorator
@inline
export function nodeOf(parent: u32, place: u32): u32 {
  return pair(nodes, parent, place);
}
