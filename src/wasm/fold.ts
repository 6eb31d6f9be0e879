// Folds stacks: sums weights per (first frame, stack), builds a tree of labels from the outermost frame, and writes its
// lines in byte order. src/lib/stacks/fold-ts.ts does the same in TypeScript; src/lib/stacks/fold-wasm.ts
// prepares the arrays.
import { grown, retake, take } from './room';
import { pair, Pairs, startPairs } from './pairs';

const NONE: u32 = 0xffffffff;
const SEVERAL: u32 = 0x80000000;

/** u32 per label, and one more: offset of its bytes in `labelBytes`. */
let labelAt: usize = 0;
let labelBytes: usize = 0;
/** u32 per label, twice: the rank of `label` and the rank of `label;` in the byte order of all of them. */
let ranks: usize = 0;
let labels: u32 = 0;
/** u32 per group of inlined labels, and one more: offset of its labels in `severalLabels`. */
let severalAt: usize = 0;
let severalLabels: usize = 0;

let tree: Pairs = changetype<Pairs>(0);
/** u64 per node: its weight. */
let sums: usize = 0;
/** u8 per node: bit 0: stacks end here; bit 1: it has children. */
let kinds: usize = 0;
let nodeRoom: u32 = 0;

/** Allocates memory for the caller's arrays; it never moves. */
export function foldSpace(bytes: usize): usize {
  return take(bytes);
}

export function startFold(count: u32, at: usize, bytes: usize, order: usize, many: usize, manyLabels: usize): void {
  labels = count;
  labelAt = at;
  labelBytes = bytes;
  ranks = order;
  severalAt = many;
  severalLabels = manyLabels;
  tree = startPairs(1 << 16);
  roomForNodes();
}

function roomForNodes(): void {
  if (tree.room == nodeRoom) return;
  sums = grown(sums, (<usize>nodeRoom) * 8, (<usize>tree.room) * 8);
  kinds = grown(kinds, nodeRoom, tree.room);
  nodeRoom = tree.room;
}

// @ts-ignore: decorator
@inline
function child(parent: u32, label: u32): u32 {
  const node = pair(tree, parent, label);
  if (tree.room != nodeRoom) roomForNodes();
  if (parent != NONE) store<u8>(kinds + parent, load<u8>(kinds + parent) | 2);
  return node;
}

/**
 * Adds `n` samples. Their arrays are u32: first frames (labels from 1; NONE: left out), stacks, and weights as pairs of
 * halves. Stacks are given as bounds into their keys, and keys as label codes: those in `java` apply below first frames
 * whose byte in `isJava` is set.
 */
export function fold(
  n: u32, roots: usize, stacks: usize, weights: usize, bounds: usize, keys: usize, plain: usize, java: usize,
  isJava: usize, keepBare: bool,
): void {
  const distinct = startPairs(1 << 14);
  let room = distinct.room;
  let totals = grown(0, 0, (<usize>room) * 8);
  for (let i: usize = 0; i < n; i++) {
    const root = load<u32>(roots + (i << 2));
    if (root == NONE) continue;
    const id = <usize>pair(distinct, root, load<u32>(stacks + (i << 2)));
    if (distinct.room != room) {
      totals = grown(totals, (<usize>room) * 8, (<usize>distinct.room) * 8);
      room = distinct.room;
    }
    store<u64>(totals + (id << 3), load<u64>(totals + (id << 3)) + load<u64>(weights + (i << 3)));
  }
  for (let i: usize = 0; i < distinct.count; i++) {
    const root = load<u32>(distinct.a + (i << 2));
    const codes = load<u8>(isJava + root) ? java : plain;
    const node = walk(child(NONE, root), load<u32>(distinct.b + (i << 2)), bounds, keys, codes, keepBare);
    if (node == NONE) continue;
    store<u8>(kinds + node, load<u8>(kinds + node) | 1);
    const at = sums + (<usize>node << 3);
    store<u64>(at, load<u64>(at) + load<u64>(totals + (i << 3)));
  }
}

/** The node at the end of a stack under `root`; NONE where it has no frame and is not to be kept. */
function walk(root: u32, stack: u32, bounds: usize, keys: usize, codes: usize, keepBare: bool): u32 {
  const from = load<u32>(bounds + (<usize>stack << 2));
  let node = root;
  for (let i = load<u32>(bounds + (<usize>stack << 2) + 4); i > from; i--) {
    const code = load<u32>(codes + (<usize>load<u32>(keys + (<usize>(i - 1) << 2)) << 2));
    if (code >= SEVERAL) {
      const many = <usize>(code - SEVERAL) << 2;
      const end = load<u32>(severalAt + many + 4);
      for (let k = load<u32>(severalAt + many); k < end; k++) {
        node = child(node, load<u32>(severalLabels + (<usize>k << 2)));
      }
    } else if (code) node = child(node, code);
  }
  return node == root && !keepBare ? NONE : node;
}

/**
 * Two units per node: node * 2 is its own line, node * 2 + 1 the lines of its children. u32 per unit: the next unit of
 * the same parent.
 */
let nexts: usize = 0;
/** u32 per node: its first unit. */
let firsts: usize = 0;
let unit: u32 = NONE;

// @ts-ignore: decorator
@inline
function rankOf(which: u32): usize {
  const label = load<u32>(tree.b + (<usize>(which >> 1) << 2)) - 1;
  return <usize>load<u32>(ranks + (<usize>label << 3) + ((which & 1) << 2)) << 2;
}

/** Puts the units of each parent into byte order: a counting sort by rank, then lists filled from the back. */
export function order(): void {
  const count = tree.count;
  const starts = grown(0, 0, (<usize>labels) * 8 + 8);
  let units: u32 = 0;
  for (let node: u32 = 0; node < count; node++) {
    const kind = load<u8>(kinds + node);
    for (let k: u32 = 0; k < 2; k++) {
      if (!(kind & (1 << <u8>k))) continue;
      const at = starts + rankOf(node * 2 + k);
      store<u32>(at, load<u32>(at) + 1);
      units++;
    }
  }
  let sum: u32 = 0;
  for (let rank: usize = 0; rank < <usize>labels * 2; rank++) {
    const n = load<u32>(starts + (rank << 2));
    store<u32>(starts + (rank << 2), sum);
    sum += n;
  }
  const sorted = take((<usize>units) * 4);
  for (let node: u32 = 0; node < count; node++) {
    const kind = load<u8>(kinds + node);
    for (let k: u32 = 0; k < 2; k++) {
      if (!(kind & (1 << <u8>k))) continue;
      const at = starts + rankOf(node * 2 + k);
      const to = load<u32>(at);
      store<u32>(at, to + 1);
      store<u32>(sorted + (<usize>to << 2), node * 2 + k);
    }
  }
  nexts = take((<usize>count) * 8);
  firsts = take((<usize>count) * 4);
  memory.fill(firsts, 255, (<usize>count) * 4);
  unit = NONE;
  for (let i = units; i > 0; i--) link(load<u32>(sorted + (<usize>(i - 1) << 2)));
  heap.free(sorted);
  heap.free(starts);
}

function link(next: u32): void {
  const parent = load<u32>(tree.a + (<usize>(next >> 1) << 2));
  const at = nexts + (<usize>next << 2);
  if (parent == NONE) {
    store<u32>(at, unit);
    unit = next;
    return;
  }
  store<u32>(at, load<u32>(firsts + (<usize>parent << 2)));
  store<u32>(firsts + (<usize>parent << 2), next);
}

let prefix: usize = 0;
let prefixRoom: usize = 0;
let prefixLength: usize = 0;
/** Per level two u32: the node, and the length of the prefix before it. */
let path: usize = 0;
let pathRoom: u32 = 0;
let depth: u32 = 0;
export let out: usize = 0;
let outRoom: usize = 0;

/**
 * Writes the next lines to `out` and returns their bytes, 0 at the end: about `room`, more only for a single longer
 * line.
 */
export function emit(room: usize): usize {
  if (!out) {
    out = take(room);
    outRoom = room;
  }
  let used: usize = 0;
  while (true) {
    if (unit == NONE) {
      if (!depth) return used;
      depth--;
      const level = path + (<usize>depth << 3);
      prefixLength = load<u32>(level + 4);
      unit = load<u32>(nexts + (<usize>load<u32>(level) << 3) + 4);
      continue;
    }
    const node = unit >> 1;
    const label = <usize>(load<u32>(tree.b + (<usize>node << 2)) - 1) << 2;
    const from = load<u32>(labelAt + label);
    const n = <usize>load<u32>(labelAt + label + 4) - from;
    if (unit & 1) {
      enter(node, labelBytes + from, n);
      continue;
    }
    const need = prefixLength + n + 24;
    if (used + need > outRoom) {
      if (used) return used;
      out = retake(out, need);
      outRoom = need;
    }
    let to = out + used;
    memory.copy(to, prefix, prefixLength);
    memory.copy(to + prefixLength, labelBytes + from, n);
    to = decimal(to + prefixLength + n, load<u64>(sums + (<usize>node << 3)));
    used = to - out;
    unit = load<u32>(nexts + (<usize>unit << 2));
  }
}

function enter(node: u32, label: usize, n: usize): void {
  if (depth == pathRoom) {
    path = grown(path, (<usize>pathRoom) * 8, (<usize>pathRoom + 256) * 16);
    pathRoom = (pathRoom + 256) * 2;
  }
  const level = path + (<usize>depth << 3);
  store<u32>(level, node);
  store<u32>(level + 4, <u32>prefixLength);
  depth++;
  if (prefixLength + n + 1 > prefixRoom) {
    const to = (prefixLength + n + 4096) * 2;
    prefix = grown(prefix, prefixRoom, to);
    prefixRoom = to;
  }
  memory.copy(prefix + prefixLength, label, n);
  prefixLength += n;
  store<u8>(prefix + prefixLength, 59);
  prefixLength++;
  unit = load<u32>(firsts + (<usize>node << 2));
}

/** Writes ` value` and a newline; returns where they end. */
function decimal(at: usize, value: u64): usize {
  store<u8>(at, 32);
  let digits: usize = 1;
  for (let rest = value / 10; rest; rest /= 10) digits++;
  let rest = value;
  for (let i = digits; i > 0; i--) {
    store<u8>(at + i, <u8>(48 + (rest % 10)));
    rest /= 10;
  }
  store<u8>(at + digits + 1, 10);
  return at + digits + 2;
}
