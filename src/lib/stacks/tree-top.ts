import type { Tree } from './tree.ts';

/** The weights of functions in one profile of a tree, by function code. */
export interface FunctionWeights {
  /** Weight of the stacks that end in the function. */
  readonly self: Float64Array;
  /** Weight of the stacks that contain the function; recursion counts once. */
  readonly total: Float64Array;
}

/** Sums a tree by function. `profile` is an index into `tree.weights`. */
export const functionWeights = (tree: Tree, profile = 0): FunctionWeights => {
  const count = tree.names.length;
  const self = new Float64Array(count);
  const total = new Float64Array(count);
  const weights = tree.weights[profile];
  if (weights === undefined) return { self, total };
  const onPath = new Uint32Array(count);
  const path = new Int32Array(tree.size + 1).fill(-1);
  let deepest = 0;
  for (let i = 1; i < tree.size; i++) {
    const depth = tree.depth[i] ?? 0;
    for (; deepest >= depth; deepest--) {
      const left = path[deepest] ?? -1;
      if (left >= 0) onPath[left] = (onPath[left] ?? 1) - 1;
    }
    const fn = tree.fn[i] ?? 0;
    if (onPath[fn] === 0) total[fn] = (total[fn] ?? 0) + (weights.total[i] ?? 0);
    self[fn] = (self[fn] ?? 0) + (weights.self[i] ?? 0);
    onPath[fn] = (onPath[fn] ?? 0) + 1;
    path[depth] = fn;
    deepest = depth;
  }
  return { self, total };
};

/** Function codes, heaviest in `by` first, then by name. Functions without weight are left out. */
export const heaviest = ({ names }: Tree, weights: FunctionWeights, by: 'self' | 'total', limit: number): number[] => {
  const key = weights[by];
  return Array.from(key.keys())
    .filter((fn) => (key[fn] ?? 0) > 0)
    .sort((a, b) => (key[b] ?? 0) - (key[a] ?? 0) || ((names[a] ?? '') < (names[b] ?? '') ? -1 : 1))
    .slice(0, limit);
};
