import type { FlamegraphPayload, FrameChanges, OffsetGrid, TopFunctions } from '../mime.ts';
import { printable } from '../printable.ts';
import type { Difference } from '../stacks/diff.ts';
import type { SampleGrid } from '../stacks/offset-grid.ts';
import { functionWeights, heaviest } from '../stacks/tree-top.ts';
import type { Tree, Weights } from '../stacks/tree.ts';
import { packGrid } from './flamegraph-pack.ts';
import { sayChanges, sayProfile } from './flamegraph-say.ts';
import { sayWaits } from './flamegraph-waits.ts';

export interface PayloadOptions {
  readonly title?: string;
  readonly unit?: string;
  /** Which of the tree's profiles to show; default: the last one, which is "after" in a comparison. */
  readonly profile?: number;
  /**
   * Frames below this share of the total are left out; the share is raised if the payload would be too large. Default
   * 0.0005.
   */
  readonly under?: number;
  /** Limit of the JSON in bytes; default 1 MB. */
  readonly budget?: number;
  readonly grid?: SampleGrid | undefined;
  readonly diff?: Difference;
  readonly warnings?: readonly string[];
  readonly how?: string;
}

/** Functions in the table: this many by self weight and as many by total weight. */
const TOP = 100;

/** The names of the payload: each once, printable. */
const dictionary = (tree: Tree) => {
  const codes = new Map<number, number>();
  const names: string[] = [];
  return {
    names,
    code: (fn: number): number => {
      const known = codes.get(fn);
      if (known !== undefined) return known;
      codes.set(fn, names.length);
      return names.push(fn < 0 ? 'all' : printable(tree.names[fn] ?? '')) - 1;
    },
  };
};

/** Weights for JSON: integers as they are, others to nine digits. */
const short = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(9)));

const topFunctions = (tree: Tree, profile: number): TopFunctions => {
  const weights = functionWeights(tree, profile);
  const chosen = new Set([...heaviest(tree, weights, 'self', TOP), ...heaviest(tree, weights, 'total', TOP)]);
  const fns = [...chosen];
  return {
    name: fns.map((fn) => printable(tree.names[fn] ?? '')),
    kind: fns.map((fn) => tree.kinds[fn] ?? 0),
    self: fns.map((fn) => short(weights.self[fn] ?? 0)),
    total: fns.map((fn) => short(weights.total[fn] ?? 0)),
  };
};

/** Nodes to show, in order; in a comparison also those that were large enough before. */
const shown = (tree: Tree, weights: Weights, before: Weights | undefined, under: number): number[] => {
  const least = under * (weights.total[0] ?? 0);
  const leastBefore = under * (before?.total[0] ?? 0);
  const out = [0];
  for (let i = 1; i < tree.size; i++) {
    const now = weights.total[i] ?? 0;
    const then = before?.total[i] ?? 0;
    if ((now > 0 && now >= least) || (then > 0 && then >= leastBefore)) out.push(i);
  }
  return out;
};

const changes = (diff: Difference, nodes: readonly number[]): FrameChanges => {
  const before = diff.tree.weights[0]?.total;
  return {
    beforeTotal: short(before?.[0] ?? 0),
    before: nodes.map((i) => short(before?.[i] ?? 0)),
    sure: nodes.map((i) => diff.sure[i] ?? 0),
    functions: diff.functions.slice(0, TOP).map((f) => ({ ...f, name: printable(f.name) })),
  };
};

const framesPart = (tree: Tree, profile: number, under: number, diff: Difference | undefined) => {
  const weights = tree.weights[profile] ?? { self: new Float64Array(1), total: new Float64Array(1) };
  const nodes = shown(tree, weights, diff?.tree.weights[0], under);
  const { names, code } = dictionary(tree);
  const kept = nodes.reduce((sum, i) => sum + (weights.self[i] ?? 0), 0);
  const present = weights.total.reduce((count, total) => count + (total > 0 ? 1 : 0), 0);
  const drawn = nodes.reduce((count, i) => count + ((weights.total[i] ?? 0) > 0 ? 1 : 0), 0);
  return {
    names,
    frames: {
      name: nodes.map((i) => code(tree.fn[i] ?? -1)),
      kind: nodes.map((i) => (i === 0 ? 0 : (tree.kinds[tree.fn[i] ?? 0] ?? 0))),
      depth: nodes.map((i) => tree.depth[i] ?? 0),
      self: nodes.map((i) => short(weights.self[i] ?? 0)),
      total: nodes.map((i) => short(weights.total[i] ?? 0)),
    },
    pruned: { under, frames: present - drawn, self: short(Math.max(0, (weights.total[0] ?? 0) - kept)) },
    ...(diff === undefined ? {} : { changes: changes(diff, nodes) }),
  };
};

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/**
 * Calls `make` with growing values of what to leave out until its result fits the budget; the steps are larger while it
 * is far from fitting.
 */
const fitting = <T>(budget: number, first: number, factor: number, make: (leaveOut: number) => T): T => {
  let leaveOut = first;
  let part = make(leaveOut);
  let size = bytesOf(part);
  for (let tries = 0; tries < 24 && size > budget; tries++) {
    leaveOut *= size > 2 * budget ? factor ** 3 : factor;
    part = make(leaveOut);
    size = bytesOf(part);
  }
  return part;
};

/** Weights in microseconds are time off CPU. */
const sayOne = (tree: Tree, top: TopFunctions, { profile, unit }: { profile: number; unit: string }): string => {
  const total = tree.weights[profile]?.total[0] ?? 0;
  return unit === 'us' && total > 0 ? sayWaits(tree, profile) : sayProfile(top, total, unit);
};

/** The texts above and below a flame graph. */
export type PayloadHead = Omit<FlamegraphPayload, 'names' | 'frames' | 'pruned' | 'changes' | 'grid'>;

/** The part of a payload that does not depend on frames. */
export const payloadHead = (tree: Tree, options: PayloadOptions = {}): PayloadHead => {
  const { profile = tree.weights.length - 1, diff } = options;
  const { title = diff === undefined ? 'Flame Graph' : 'Differential Flame Graph', unit = 'samples' } = options;
  const top = topFunctions(tree, profile);
  return {
    version: 1,
    title: printable(title),
    say: diff === undefined ? sayOne(tree, top, { profile, unit }) : sayChanges(diff),
    unit: printable(unit),
    top,
    warnings: (options.warnings ?? []).map((warning) => printable(warning)),
    ...(options.how === undefined ? {} : { how: printable(options.how) }),
  };
};

/**
 * A tree as the payload of FLAMEGRAPH (mime.ts). If the budget is exceeded, more small frames are left out
 * (`pruned.under` gives the limit) and more rare frames of the grid are folded (`grid.folded` counts them); totals stay
 * exact.
 */
export const flamegraphPayload = (
  tree: Tree,
  options: PayloadOptions = {},
  head: PayloadHead = payloadHead(tree, options),
): FlamegraphPayload => {
  const { profile = tree.weights.length - 1, under = 0.0005, budget = 1_000_000, diff, grid } = options;
  const left = budget - bytesOf(head) - 64;
  const frames = fitting(grid === undefined ? left : left / 3, under, 1.5, (share) =>
    framesPart(tree, profile, share, diff),
  );
  if (grid === undefined) return { ...head, ...frames };
  const room = left - bytesOf(frames);
  const packed: OffsetGrid = fitting(room, 1, 2, (least) => packGrid(tree, grid, profile, least));
  return bytesOf(packed) > room ? { ...head, ...frames } : { ...head, ...frames, grid: packed };
};
