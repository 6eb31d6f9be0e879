/**
 * How far counts of samples may differ by chance. Samples of a running program come in bursts, so the variance of a share
 * is measured between blocks of time (a ratio estimator: Cochran, Sampling Techniques, 6.3), never below the binomial one.
 */
import type { Tree } from './tree.ts';
import { totals } from './tree.ts';
import { functionWeights } from './tree-top.ts';

/** One profile's samples for the estimate: the node each ends in, its weight, and its block of time (undefined: no times). */
export interface BlockedSamples {
  readonly nodeOf: Int32Array;
  readonly weight: Float64Array | undefined;
  readonly block: Uint8Array | undefined;
  /** Whether a weight is a number of equal samples (folded stacks), not one sample that counts more. */
  readonly counted: boolean;
}

/** Enough blocks for a variance, few enough that a block outlasts a burst. */
export const BLOCKS = 24;
const LEAST_SAMPLES = 10 * BLOCKS;

/** Puts rows into blocks of equal length of time; undefined when there is too little to compare. */
export const timeBlocks = (t: ArrayLike<number> | undefined, rows: Uint32Array): Uint8Array | undefined => {
  if (t === undefined || rows.length < LEAST_SAMPLES) return undefined;
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows) {
    low = Math.min(low, t[row] ?? 0);
    high = Math.max(high, t[row] ?? 0);
  }
  if (!(high > low)) return undefined;
  const scale = BLOCKS / (high - low);
  return Uint8Array.from(rows, (row) => Math.min(BLOCKS - 1, ((t[row] ?? 0) - low) * scale));
};

/** Sums over blocks: of squared weights of each thing, and of its weight times the block's whole. */
interface Moments {
  readonly squares: Float64Array;
  readonly cross: Float64Array;
}

/** What the blocks say about the nodes' totals and about the functions' own weights. */
export interface Noise {
  readonly nodes: Moments | undefined;
  readonly functions: Moments | undefined;
  readonly sum: number;
  readonly wholeSquares: number;
  /** Independent samples that the weights are worth. */
  readonly effective: number;
}

const moments = (size: number): Moments => ({ squares: new Float64Array(size), cross: new Float64Array(size) });

const gather = ({ squares, cross }: Moments, values: Float64Array, whole: number): void => {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value === 0) continue;
    squares[i] = (squares[i] ?? 0) + value * value;
    cross[i] = (cross[i] ?? 0) + value * whole;
  }
};

const effectiveSize = ({ nodeOf, weight, counted }: BlockedSamples): number => {
  if (weight === undefined) return nodeOf.length;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < nodeOf.length; i++) {
    const w = weight[i] ?? 0;
    sum += w;
    squares += w * w;
  }
  return counted ? sum : squares === 0 ? 0 : (sum * sum) / squares;
};

/** Measures one profile's noise: a pass over the tree for each block. */
export const measureNoise = (tree: Tree, samples: BlockedSamples): Noise => {
  const { nodeOf, weight, block } = samples;
  const effective = effectiveSize(samples);
  let sum = 0;
  for (let i = 0; i < nodeOf.length; i++) sum += weight?.[i] ?? 1;
  if (block === undefined) return { nodes: undefined, functions: undefined, sum, wholeSquares: 0, effective };
  const nodes = moments(tree.size);
  const functions = moments(tree.names.length);
  let wholeSquares = 0;
  for (let b = 0; b < BLOCKS; b++) {
    const self = new Float64Array(tree.size);
    for (let i = 0; i < nodeOf.length; i++)
      if (block[i] === b) self[nodeOf[i] ?? 0] = (self[nodeOf[i] ?? 0] ?? 0) + (weight?.[i] ?? 1);
    const total = totals(tree.parent, self);
    const whole = total[0] ?? 0;
    gather(nodes, total, whole);
    gather(functions, functionWeights({ ...tree, weights: [{ self, total }] }).self, whole);
    wholeSquares += whole * whole;
  }
  return { nodes, functions, sum, wholeSquares, effective };
};

/** The variance of one thing's share of the profile. `pooled` is its share over all profiles compared. */
export const shareVariance = (
  { sum, wholeSquares, effective, ...noise }: Noise,
  of: 'nodes' | 'functions',
  i: number,
  value: number,
  pooled: number,
): number => {
  const binomial = effective > 0 ? (pooled * (1 - pooled)) / effective : 0;
  const measured = noise[of];
  if (measured === undefined || sum === 0) return binomial;
  const share = value / sum;
  const residual = (measured.squares[i] ?? 0) - 2 * share * (measured.cross[i] ?? 0) + share * share * wholeSquares;
  return Math.max(binomial, ((BLOCKS / (BLOCKS - 1)) * Math.max(0, residual)) / (sum * sum));
};
