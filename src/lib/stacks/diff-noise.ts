/**
 * How much counts of samples differ by chance. Samples of a running program come in bursts, so the variance of a share
 * is measured between blocks of time (a ratio estimator: Cochran, Sampling Techniques, 6.3); it is never below the
 * binomial variance.
 */
import type { Tree } from './tree.ts';
import { totals } from './tree.ts';
import { functionWeights } from './tree-top.ts';

/** The samples of one profile: the node in which each ends, its weight, and its block of time (undefined: no times). */
export interface BlockedSamples {
  readonly nodeOf: Int32Array;
  readonly weight: Float64Array | undefined;
  readonly block: Uint8Array | undefined;
  /** Whether a weight is a number of equal samples (folded stacks) rather than the weight of one sample. */
  readonly counted: boolean;
}

/** Enough blocks to measure a variance, and few enough that a block is longer than a burst. */
export const BLOCKS = 24;
const LEAST_SAMPLES = 10 * BLOCKS;

/** Assigns rows to blocks of equal length in time; undefined if there are too few samples to compare. */
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

/** Sums over blocks: squared weights of each node or function, and its weight times the total of the block. */
interface Moments {
  readonly squares: Float64Array;
  readonly cross: Float64Array;
}

/** What the blocks show about the total weights of nodes and the self weights of functions. */
export interface Noise {
  readonly nodes: Moments | undefined;
  readonly functions: Moments | undefined;
  readonly sum: number;
  readonly wholeSquares: number;
  /** How many independent samples the weights are equal to. */
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

/** Measures the noise of a profile: one pass over the tree per block. */
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

/** The variance of a share of the profile. `pooled` is the share over all profiles compared. */
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
