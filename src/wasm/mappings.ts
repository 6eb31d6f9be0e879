// Sorted mappings without overlaps, as a treap that address spaces share, like src/lib/stacks/addresses/mappings.ts. A
// node that several trees refer to is copied before it is changed. Random priorities keep the tree balanced.
import { mixed } from './hash';

/** An address range that maps a file: address + `delta` is the offset in `dso`. */
@unmanaged
export class Mapping {
  start: i64;
  end: i64;
  delta: i64;
  dso: u32;
  priority: u32;
  /** How many nodes and address spaces refer to it. */
  sharers: u32;
  left: usize;
  right: usize;
}

let made: u64 = 0;

function newMapping(start: i64, end: i64, delta: i64, dso: u32): usize {
  const node = changetype<Mapping>(heap.alloc(offsetof<Mapping>()));
  node.start = start;
  node.end = end;
  node.delta = delta;
  node.dso = dso;
  node.priority = mixed(++made);
  node.sharers = 1;
  node.left = 0;
  node.right = 0;
  return changetype<usize>(node);
}

/** Adds a reference to a tree. */
export function share(tree: usize): usize {
  if (tree) changetype<Mapping>(tree).sharers++;
  return tree;
}

/** Drops a reference to a tree. */
export function dropTree(tree: usize): void {
  if (!tree) return;
  const node = changetype<Mapping>(tree);
  if (--node.sharers) return;
  dropTree(node.left);
  dropTree(node.right);
  heap.free(tree);
}

/** A node that may be changed: a copy if others refer to it as well. */
function own(tree: usize): Mapping {
  const node = changetype<Mapping>(tree);
  if (node.sharers == 1) return node;
  node.sharers--;
  const copy = changetype<Mapping>(newMapping(node.start, node.end, node.delta, node.dso));
  copy.priority = node.priority;
  copy.left = share(node.left);
  copy.right = share(node.right);
  return copy;
}

/** The mapping that holds the address, or 0. */
export function findMapping(tree: usize, address: i64): usize {
  while (tree) {
    const node = changetype<Mapping>(tree);
    if (address < node.start) tree = node.left;
    else if (address >= node.end) tree = node.right;
    else return tree;
  }
  return 0;
}

/** The two trees that the last split made. */
let lower: usize = 0;
let upper: usize = 0;

/** Splits a tree into the mappings that end at or before the address, and the others. */
function splitByEnd(tree: usize, address: i64): void {
  lower = 0;
  upper = 0;
  if (!tree) return;
  const node = own(tree);
  if (node.end <= address) {
    splitByEnd(node.right, address);
    node.right = lower;
    lower = changetype<usize>(node);
  } else {
    splitByEnd(node.left, address);
    node.left = upper;
    upper = changetype<usize>(node);
  }
}

/** Splits a tree into the mappings that start before the address, and the others. */
function splitByStart(tree: usize, address: i64): void {
  lower = 0;
  upper = 0;
  if (!tree) return;
  const node = own(tree);
  if (node.start < address) {
    splitByStart(node.right, address);
    node.right = lower;
    lower = changetype<usize>(node);
  } else {
    splitByStart(node.left, address);
    node.left = upper;
    upper = changetype<usize>(node);
  }
}

/** Joins two trees; all mappings of the first must come before those of the second. */
function joined(first: usize, second: usize): usize {
  if (!first) return second;
  if (!second) return first;
  if (changetype<Mapping>(first).priority > changetype<Mapping>(second).priority) {
    const node = own(first);
    node.right = joined(node.right, second);
    return changetype<usize>(node);
  }
  const node = own(second);
  node.left = joined(first, node.left);
  return changetype<usize>(node);
}

/** Inserts a mapping. Older mappings in its range are removed or shortened. */
export function withMapping(tree: usize, start: i64, end: i64, delta: i64, dso: u32): usize {
  splitByEnd(tree, start);
  let both = lower;
  splitByStart(upper, end);
  const over = lower;
  const after = upper;
  if (over) {
    let first = changetype<Mapping>(over);
    while (first.left) first = changetype<Mapping>(first.left);
    if (first.start < start) both = joined(both, newMapping(first.start, start, first.delta, first.dso));
  }
  both = joined(both, newMapping(start, end, delta, dso));
  if (over) {
    let last = changetype<Mapping>(over);
    while (last.right) last = changetype<Mapping>(last.right);
    if (last.end > end) both = joined(both, newMapping(end, last.end, last.delta, last.dso));
    dropTree(over);
  }
  return joined(both, after);
}
