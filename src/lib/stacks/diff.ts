import type { FunctionChange } from '../mime.ts';
import { discoveries, inflation, normalScore, twoSided } from './diff-test.ts';
import { BLOCKS, measureNoise, shareVariance, timeBlocks, type BlockedSamples, type Noise } from './diff-noise.ts';
import type { Profile } from './profile.ts';
import { chooseSamples, type ChosenSamples, type TreeOptions } from './tree-profile.ts';
import { functionWeights } from './tree-top.ts';
import { mergeStacks, type Tree } from './tree.ts';

export interface DiffOptions extends TreeOptions {
  /** The largest share of flagged changes that may be chance; default 0.01. */
  readonly rate?: number;
  /** Changes of a share below this are never flagged; default 0.001, a tenth of a percent of the profile. */
  readonly least?: number;
}

/** Two profiles in one tree: `tree.weights[0]` is before, `tree.weights[1]` after. */
export interface Difference {
  readonly tree: Tree;
  readonly unit: string;
  /** By node: 1 if the change of its share is more than noise. */
  readonly sure: Uint8Array;
  /** Changes of functions' self shares, the most certain first: sorted by the smallest likely size of the change. */
  readonly functions: readonly FunctionChange[];
  /** How much more the two captures differ than random samples of one load would; 1: no more. */
  readonly inflation: number;
}

/** Nodes with fewer samples than this in both profiles together are not tested. */
const LEAST_COUNT = 10;

interface Side {
  readonly noise: Noise;
  readonly values: Float64Array;
}

interface Scores {
  readonly z: Float64Array;
  readonly error: Float64Array;
}

/** Normal scores and standard errors of the change of each share; NaN if there are too few samples to test. */
const score = (before: Side, after: Side, of: 'nodes' | 'functions'): Scores => {
  const size = before.values.length;
  const z = new Float64Array(size).fill(NaN);
  const error = new Float64Array(size).fill(NaN);
  const timed = before.noise[of] !== undefined && after.noise[of] !== undefined;
  const df = timed ? 2 * (BLOCKS - 1) : Infinity;
  const [n, m] = [before.noise.sum, after.noise.sum];
  if (n === 0 || m === 0) return { z, error };
  for (let i = 0; i < size; i++) {
    const [x, y] = [before.values[i] ?? 0, after.values[i] ?? 0];
    const pooled = (x + y) / (n + m);
    if (pooled * (before.noise.effective + after.noise.effective) < LEAST_COUNT) continue;
    const variance = shareVariance(before.noise, of, i, x, pooled) + shareVariance(after.noise, of, i, y, pooled);
    error[i] = Math.sqrt(variance);
    z[i] = variance === 0 ? 0 : normalScore((y / m - x / n) / Math.sqrt(variance), df);
  }
  return { z, error };
};

const flagged = (
  scores: Scores,
  spread: number,
  before: Side,
  after: Side,
  o: Required<Pick<DiffOptions, 'rate' | 'least'>>,
) => {
  const p = scores.z.map((z) => (Number.isNaN(z) ? NaN : twoSided(z / Math.sqrt(spread))));
  const sure = discoveries(p, o.rate);
  for (let i = 0; i < sure.length; i++) {
    const change = (after.values[i] ?? 0) / after.noise.sum - (before.values[i] ?? 0) / before.noise.sum;
    if (Math.abs(change) < o.least) sure[i] = 0;
  }
  return { p, sure };
};

const blocked = (profile: Profile | undefined, chosen: ChosenSamples, nodeOf: Int32Array): BlockedSamples => {
  const t = profile?.samples.data['t'];
  const timed = t?.kind === 'number' && t.valid === undefined ? t.values : undefined;
  return {
    nodeOf,
    weight: chosen.weight,
    block: timeBlocks(timed, chosen.rows),
    counted: timed === undefined,
  };
};

const functionChanges = (
  tree: Tree,
  before: Side,
  after: Side,
  scores: Scores,
  spread: number,
  { p, sure }: { readonly p: Float64Array; readonly sure: Uint8Array },
): FunctionChange[] => {
  const out: FunctionChange[] = [];
  for (let fn = 0; fn < tree.names.length; fn++) {
    if (Number.isNaN(scores.z[fn] ?? NaN)) continue;
    const [x, y] = [(before.values[fn] ?? 0) / before.noise.sum, (after.values[fn] ?? 0) / after.noise.sum];
    const reach = 1.96 * Math.sqrt(spread) * (scores.error[fn] ?? 0);
    out.push({
      name: tree.names[fn] ?? '',
      kind: tree.kinds[fn] ?? 0,
      before: x,
      after: y,
      change: y - x,
      low: y - x - reach,
      high: y - x + reach,
      p: p[fn] ?? 1,
      sure: sure[fn] === 1,
    });
  }
  return out.sort((a, b) => certain(b) - certain(a) || b.change - a.change);
};

/** Sort key of a change: certain changes come first, by their smallest likely size; the others follow by their size. */
const certain = ({ change, low, high }: FunctionChange): number => {
  const smallest = change > 0 ? low : -high;
  return smallest > 0 ? 1 + smallest : Math.abs(change);
};

/**
 * Compares two profiles by the share of each frame and function, each relative to the total of its profile. If samples
 * have times, the noise is measured between blocks of time; it is widened by the general difference between the two
 * captures. The error rate holds for all frames together (Benjamini-Hochberg).
 */
export const diffProfiles = (before: Profile, after: Profile, options: DiffOptions = {}): Difference => {
  const { rate = 0.01, least = 0.001, reverse = false } = options;
  const { functions, profiles } = chooseSamples([before, after], options);
  const tree = mergeStacks(functions, profiles, { reverse });
  const noises = profiles.map((chosen, i) =>
    measureNoise(tree, blocked([before, after][i], chosen, tree.nodeOf[i] ?? new Int32Array(0))),
  );
  const side = (i: 0 | 1, values: Float64Array | undefined): Side => ({
    noise: noises[i] ?? { nodes: undefined, functions: undefined, sum: 0, wholeSquares: 0, effective: 0 },
    values: values ?? new Float64Array(0),
  });
  const nodes = [side(0, tree.weights[0]?.total), side(1, tree.weights[1]?.total)] as const;
  const own = [side(0, functionWeights(tree, 0).self), side(1, functionWeights(tree, 1).self)] as const;
  const ownScores = score(...own, 'functions');
  const nodeScores = score(...nodes, 'nodes');
  const spread = inflation(ownScores.z);
  return {
    tree,
    unit: profiles[1]?.unit ?? 'samples',
    sure: flagged(nodeScores, spread, ...nodes, { rate, least }).sure,
    functions: functionChanges(tree, ...own, ownScores, spread, flagged(ownScores, spread, ...own, { rate, least })),
    inflation: spread,
  };
};
