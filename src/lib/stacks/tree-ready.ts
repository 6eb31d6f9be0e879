import { ROOT } from './profile.ts';
import type { StackSamples } from './stack-samples.ts';

/** A tree's nodes as columns, and the node that each sample ends in. */
export interface ReadyTree {
  readonly fn: Int32Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly ends: Int32Array;
}

/**
 * Makes each stack the node with its index + 1. Undefined if stacks are not in depth-first order or siblings not
 * sorted.
 */
const nodesOf = (
  { parent, fn }: StackSamples,
  rank: Uint32Array,
): Pick<ReadyTree, 'fn' | 'parent' | 'depth'> | undefined => {
  const size = parent.length + 1;
  const out = { fn: new Int32Array(size), parent: new Int32Array(size), depth: new Int32Array(size) };
  out.fn[0] = -1;
  out.parent[0] = -1;
  // The last node of each depth.
  const last = [0];
  for (let node = 1; node < size; node++) {
    const up = parent[node - 1] === ROOT ? 0 : (parent[node - 1] as number) + 1;
    const depth = (out.depth[up] as number) + 1;
    if (last[depth - 1] !== up) return undefined;
    const own = fn[node - 1] as number;
    const before = last[depth] ?? 0;
    if (before > 0 && out.parent[before] === up && (rank[out.fn[before] as number] as number) >= (rank[own] as number))
      return undefined;
    last[depth] = node;
    out.fn[node] = own;
    out.parent[node] = up;
    out.depth[node] = depth;
  }
  return out;
};

/**
 * The tree of stacks that already are in the order of a tree, as the reader of folded stacks makes them, without
 * merging or sorting. Undefined if they are not, or if no sample ends in some of them. `rank` is the order of functions
 * by name.
 */
export const readyTree = (samples: StackSamples, rank: Uint32Array): ReadyTree | undefined => {
  if (samples.distinct !== true || samples.root !== undefined) return undefined;
  const nodes = nodesOf(samples, rank);
  if (nodes === undefined) return undefined;
  const { size, stack } = samples;
  const ends = new Int32Array(size);
  const hasSample = new Uint8Array(nodes.depth.length);
  for (let i = 0; i < size; i++) {
    const node = stack[i] === ROOT ? 0 : (stack[i] as number) + 1;
    ends[i] = node;
    hasSample[node] = 1;
  }
  for (let node = 1; node < nodes.depth.length; node++) {
    const isLeaf = (nodes.depth[node + 1] ?? 0) <= (nodes.depth[node] as number);
    if (isLeaf && hasSample[node] === 0) return undefined;
  }
  return { ...nodes, ends };
};
