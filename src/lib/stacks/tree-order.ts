import type { Functions } from './functions.ts';

/** The rank of each function when all are sorted by name, then kind, as sort(1) does in the C locale. */
export const ranks = ({ names, kinds }: Functions): Uint32Array => {
  const order = Array.from(names, (_, i) => i).sort((a, b) => {
    const [x, y] = [names[a] ?? '', names[b] ?? ''];
    if (x !== y) return x < y ? -1 : 1;
    return (kinds[a] ?? 0) - (kinds[b] ?? 0);
  });
  const rank = new Uint32Array(names.length);
  order.forEach((fn, at) => (rank[fn] = at));
  return rank;
};

/** Groups above this size use the library sort, smaller ones insertion sort. */
const MANY = 24;

/** More than the number of nodes, and small enough that function * SPAN is exact. */
const SHIFT = 2 ** 27;

/** Sorts part of `order` by `keys`. */
const sortPart = (order: Uint32Array, from: number, to: number, keys: Uint32Array): void => {
  if (to - from > MANY) {
    // Key and index form one exact number: sorting numbers is faster than a comparison function.
    const both = new Float64Array(to - from);
    for (let i = from; i < to; i++)
      both[i - from] = (keys[order[i] as number] as number) * SHIFT + (order[i] as number);
    both.sort();
    for (let i = from; i < to; i++) order[i] = (both[i - from] as number) % SHIFT;
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const item = order[i] as number;
    const key = keys[item] as number;
    let at = i;
    for (; at > from && (keys[order[at - 1] as number] as number) > key; at--) order[at] = order[at - 1] as number;
    order[at] = item;
  }
};

/** The nodes without the root, sorted by parent and then by `keys`. */
const byParentAndKey = (parent: Uint32Array, keys: Uint32Array): Uint32Array => {
  const size = parent.length;
  // Where the children of each node end; while they are being placed, where the next one goes.
  const ends = new Uint32Array(size);
  for (let i = 1; i < size; i++) ends[parent[i] as number] = (ends[parent[i] as number] as number) + 1;
  for (let i = 0, before = 0; i < size; i++) {
    const count = ends[i] as number;
    ends[i] = before;
    before += count;
  }
  const order = new Uint32Array(size - 1);
  for (let i = 1; i < size; i++) {
    const up = parent[i] as number;
    const at = ends[up] as number;
    order[at] = i;
    ends[up] = at + 1;
  }
  for (let i = 0, from = 0; i < size; i++) {
    const to = ends[i] as number;
    if (to - from > 1) sortPart(order, from, to, keys);
    from = to;
  }
  return order;
};

interface Shape {
  readonly fn: Int32Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** The new number of each node, by its old number. */
  readonly moved: Uint32Array;
}

/**
 * Renumbers nodes depth first, siblings by rank. `fn` and `parent` are in order of creation: parents before children.
 */
export const ordered = (fn: Int32Array, parent: Uint32Array, rank: Uint32Array): Shape => {
  const size = fn.length;
  const nameKeys = new Uint32Array(size);
  for (let i = 1; i < size; i++) nameKeys[i] = rank[fn[i] as number] as number;
  const byParent = byParentAndKey(parent, nameKeys);
  // The size of a subtree gives the place of the next sibling: one pass instead of a stack.
  const subtree = new Uint32Array(size).fill(1);
  for (let i = size - 1; i > 0; i--) {
    const up = parent[i] as number;
    subtree[up] = (subtree[up] as number) + (subtree[i] as number);
  }
  const moved = new Uint32Array(size);
  const free = new Uint32Array(size);
  free[0] = 1;
  // Parents were created before their children, so a parent is placed before byParent lists its children.
  for (let k = 0; k < byParent.length; k++) {
    const i = byParent[k] as number;
    const up = parent[i] as number;
    const at = free[up] as number;
    moved[i] = at;
    free[up] = at + (subtree[i] as number);
    free[i] = at + 1;
  }
  const out = { fn: new Int32Array(size), parent: new Int32Array(size), depth: new Int32Array(size), moved };
  for (let i = 0; i < size; i++) {
    const at = moved[i] as number;
    out.fn[at] = fn[i] as number;
    out.parent[at] = i === 0 ? -1 : (moved[parent[i] as number] as number);
  }
  for (let i = 1; i < size; i++) out.depth[i] = (out.depth[out.parent[i] as number] as number) + 1;
  return out;
};
