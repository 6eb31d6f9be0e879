import type { Functions } from './functions.ts';
import { internPairs, type Pairs } from './intern.ts';
import { ROOT } from './profile.ts';
import type { StackSamples } from './stack-samples.ts';
import { ordered, ranks } from './tree-order.ts';
import { readyTree, type ReadyTree } from './tree-ready.ts';

/**
 * The weights of nodes in one profile: `self` of stacks that end in the node, `total` of stacks that pass through it.
 */
export interface Weights {
  readonly self: Float64Array;
  readonly total: Float64Array;
}

/**
 * Stacks merged into a tree, as columns. Node 0 is the root of all stacks. Nodes are in depth-first order and siblings
 * in order of name, so that equal profiles give equal trees and a subtree is contiguous.
 */
export interface Tree extends Functions {
  readonly size: number;
  /** The node's function; -1 for the root. */
  readonly fn: Int32Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** One entry per merged profile, in the given order. */
  readonly weights: readonly Weights[];
  /** The node in which sample i of profile p ends. */
  readonly nodeOf: readonly Int32Array[];
}

const TOP = 0;

/** The tree while it grows: node n is the pair (its parent, its function + 1); the root is the pair (0, 0). */
const growing = (): Pairs => {
  const nodes = internPairs(1 << 16);
  nodes.code(TOP, 0);
  return nodes;
};

/** Finds the node in which each sample ends, callers first. Each (outermost function, stack) is walked once. */
const place = (samples: StackSamples, nodes: Pairs): Int32Array => {
  const seen = internPairs(Math.max(1 << 14, samples.parent.length >> 1));
  const nodeAt: number[] = [];
  const path: number[] = [];
  const walk = (root: number, stack: number): number => {
    path.length = 0;
    let node = root;
    for (let at = stack; at !== ROOT; at = samples.parent[at] ?? ROOT) {
      const step = seen.code(root, at);
      const known = nodeAt[step];
      if (known !== undefined) {
        node = known;
        break;
      }
      nodeAt[step] = TOP;
      path.push(at, step);
    }
    for (let i = path.length - 2; i >= 0; i -= 2) {
      node = nodes.code(node, (samples.fn[path[i] ?? 0] ?? 0) + 1);
      nodeAt[path[i + 1] ?? 0] = node;
    }
    return node;
  };
  const out = new Int32Array(samples.size);
  for (let i = 0; i < samples.size; i++) {
    const root = samples.root === undefined ? TOP : nodes.code(TOP, (samples.root[i] ?? 0) + 1);
    out[i] = walk(root, samples.stack[i] ?? ROOT);
  }
  return out;
};

/** The nodes of a tree as parents and functions + 1, and the node in which each sample of each profile ends. */
interface Placed {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly size: number;
  readonly placed: readonly Int32Array[];
}

/** Stacks that already form a tree: those in which samples end or through which they pass, in their order. */
const placeDistinct = ({ size, stack, parent, fn }: StackSamples): Placed => {
  const node = new Uint32Array(parent.length);
  for (let i = 0; i < size; i++) if (stack[i] !== ROOT) node[stack[i] as number] = 1;
  for (let s = parent.length - 1; s >= 0; s--) if (node[s] === 1 && parent[s] !== ROOT) node[parent[s] as number] = 1;
  let count = 1;
  for (let s = 0; s < parent.length; s++) if (node[s] === 1) node[s] = count++;
  const [a, b] = [new Uint32Array(count), new Uint32Array(count)];
  for (let s = 0; s < parent.length; s++) {
    const at = node[s] as number;
    if (at === 0) continue;
    a[at] = parent[s] === ROOT ? TOP : (node[parent[s] as number] as number);
    b[at] = (fn[s] ?? 0) + 1;
  }
  const ends = new Int32Array(size);
  for (let i = 0; i < size; i++) ends[i] = stack[i] === ROOT ? TOP : (node[stack[i] as number] as number);
  return { a, b, size: count, placed: [ends] };
};

/**
 * Finds the node in which each sample ends, innermost function first: the callers of a function are then its children.
 */
const placeReversed = (samples: StackSamples, nodes: Pairs): Int32Array => {
  const out = new Int32Array(samples.size);
  for (let i = 0; i < samples.size; i++) {
    let node = TOP;
    for (let at = samples.stack[i] ?? ROOT; at !== ROOT; at = samples.parent[at] ?? ROOT)
      node = nodes.code(node, (samples.fn[at] ?? 0) + 1);
    out[i] = samples.root === undefined ? node : nodes.code(node, (samples.root[i] ?? 0) + 1);
  }
  return out;
};

const placeAll = (profiles: readonly StackSamples[], reverse: boolean): Placed => {
  const [only, ...more] = profiles;
  if (only?.distinct === true && more.length === 0 && only.root === undefined && !reverse) return placeDistinct(only);
  const nodes = growing();
  const put = reverse ? placeReversed : place;
  const placed = profiles.map((samples) => put(samples, nodes));
  return { a: nodes.a, b: nodes.b, size: nodes.size, placed };
};

/** Adds the weight of callees to each node: children come after their parent. */
export const totals = (parent: Int32Array, self: Float64Array): Float64Array => {
  const total = self.slice();
  for (let i = total.length - 1; i > 0; i--) {
    const up = parent[i] ?? 0;
    total[up] = (total[up] ?? 0) + (total[i] ?? 0);
  }
  return total;
};

const weigh = (nodeOf: Int32Array, weight: Float64Array | undefined, parent: Int32Array): Weights => {
  const self = new Float64Array(parent.length);
  for (let i = 0; i < nodeOf.length; i++) {
    const node = nodeOf[i] ?? 0;
    self[node] = (self[node] ?? 0) + (weight === undefined ? 1 : (weight[i] ?? 0));
  }
  return { self, total: totals(parent, self) };
};

type Shape = Pick<Tree, 'fn' | 'parent' | 'depth' | 'nodeOf'>;

const shapeOf = ({ ends, ...shape }: ReadyTree): Shape => ({ ...shape, nodeOf: [ends] });

const placeAndOrder = (profiles: readonly StackSamples[], reverse: boolean, rank: Uint32Array): Shape => {
  const { a, b, size, placed } = placeAll(profiles, reverse);
  const fn = new Int32Array(size);
  for (let i = 0; i < size; i++) fn[i] = (b[i] as number) - 1;
  const { moved, ...shape } = ordered(fn, a.subarray(0, size), rank);
  return { ...shape, nodeOf: placed.map((ends) => ends.map((node) => moved[node] ?? 0)) };
};

/**
 * Merges profiles over the same functions into one tree with the weights of each side by side, for comparisons.
 * `reverse` merges from the innermost function outwards.
 */
export const mergeStacks = (
  functions: Functions,
  profiles: readonly StackSamples[],
  { reverse = false }: { readonly reverse?: boolean } = {},
): Tree => {
  const rank = ranks(functions);
  const [only, ...others] = profiles;
  const ready = only === undefined || others.length > 0 || reverse ? undefined : readyTree(only, rank);
  const { nodeOf, ...shape } = ready === undefined ? placeAndOrder(profiles, reverse, rank) : shapeOf(ready);
  const weights = nodeOf.map((nodes, p) => weigh(nodes, profiles[p]?.weight, shape.parent));
  return { ...functions, ...shape, size: shape.fn.length, weights, nodeOf };
};
