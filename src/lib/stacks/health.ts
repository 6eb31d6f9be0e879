import { isValid, type Numbers } from '../columns/column.ts';
import { isAlike, judgeAlike } from './health-alike.ts';
import { binaryRows, type BinaryHealth } from './health-binaries.ts';
import { judge, newTally, type Judge, type Judged, type Tally } from './health-judge.ts';
import { addMarks, newSum, processRows, share, type ProcessHealth, type ProcessSum } from './health-processes.ts';
import { frameFacts, stackFacts, type FrameFacts } from './health-stack.ts';
import { internPairs } from './intern.ts';
import { sampleProcesses, type SampleProcesses } from './process-names.ts';
import type { Profile } from './profile.ts';

/** The health of the whole profile, of each process that matters and of each binary, most samples first. */
export interface StackHealth {
  readonly samples: number;
  /** Samples whose stack has user frames: only these can be broken or complete. */
  readonly judged: number;
  readonly unknown: number;
  readonly broken: number;
  readonly truncated: number;
  /** The profile was recorded without call graphs, so stacks cannot be judged. */
  readonly flat: boolean;
  /** Processes with user frames and at least 2 % of the samples; none if the file names no processes. */
  readonly processes: readonly ProcessHealth[];
  readonly binaries: readonly BinaryHealth[];
}

/** The default limit of perf and bpftrace, used if the file gives none. */
const USUAL_DEPTH = 127;

/** The distinct stacks of each process, and how many samples have each. */
interface CountedStacks {
  readonly size: number;
  readonly process: ArrayLike<number>;
  readonly stack: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** How many samples each row stands for; undefined: 1. Folded stacks and bpftrace maps have this number as period. */
const weightsIn = ({ samples, meta }: Profile): Numbers | undefined => {
  const { period } = samples.data;
  const grouped = meta.format === 'folded' || meta.format === 'bpftrace';
  return grouped && period?.kind === 'number' ? period.values : undefined;
};

const countedStacks = (profile: Profile, processes: SampleProcesses): CountedStacks => {
  const { samples, stacks } = profile;
  const { stack } = samples.data;
  const pairs = internPairs(Math.min(samples.size, stacks.size));
  const counts: number[] = [];
  const weights = weightsIn(profile);
  for (let i = 0; i < samples.size; i++) {
    if (stack?.kind !== 'number' || !isValid(stack.valid, i)) continue;
    const pair = pairs.code(processes.untold ? 0 : processes.codeOf(i), stack.values[i] ?? 0);
    counts[pair] = (counts[pair] ?? 0) + (weights?.[i] ?? 1);
  }
  return { size: pairs.size, process: pairs.a, stack: pairs.b, counts };
};

/** The depth limit of the recorder: given by the file, or guessed if many stacks have exactly a usual limit's depth. */
const limitOf = ({ meta, stacks }: Profile): number => {
  if (meta.maxDepth !== undefined) return meta.maxDepth;
  let deepest = 0;
  for (let s = 0; s < stacks.size; s++) deepest = Math.max(deepest, stacks.depth[s] ?? 0);
  return deepest <= USUAL_DEPTH + 2 ? USUAL_DEPTH : Infinity;
};

/**
 * Whether callers were recorded: given by the file, or seen in the stacks. Without frame pointers a recording with call
 * graphs may show none.
 */
const callersOf = ({ meta, stacks }: Profile): boolean =>
  meta.callers ?? stacks.depth.subarray(0, stacks.size).some((depth) => depth > 1);

/** Walks the frames of each distinct stack of a process. */
const judgeEach = (
  profile: Profile,
  frames: FrameFacts,
  processes: SampleProcesses,
  { limit, flat }: Pick<Judge, 'limit' | 'flat'>,
): { readonly sum: Judged; readonly rows: readonly Tally[]; readonly sums: readonly ProcessSum[] } => {
  const rows: Tally[] = [];
  const sums: ProcessSum[] = [];
  const known: (Tally | undefined)[][] = [];
  const tally = (process: number, dso: number): Tally => {
    const own = (known[process] ??= []);
    return (own[dso] ??= newTally(process, dso, rows));
  };
  const facts = stackFacts(profile, frames);
  const work: Judge = { profile, frames, facts, limit, flat, tally };
  const { size, process, stack, counts } = countedStacks(profile, processes);
  const sum = newSum();
  let frameCount = 0;
  let unknown = 0;
  for (let i = 0; i < size; i++) {
    const count = counts[i] ?? 0;
    const [own, at] = [process[i] ?? 0, stack[i] ?? 0];
    const seen = judge(work, { number: i, process: own, stack: at, count });
    frameCount += seen.frames;
    unknown += seen.unknown;
    for (const into of [sum, (sums[own] ??= newSum())]) {
      into.samples += count;
      into.frames += (facts.userFrames[at] ?? 0) * count;
      into.unknown += seen.unknownUser;
      if (seen.user) into.judged += count;
      if (seen.broken) into.broken += count;
      if (seen.truncated) into.truncated += count;
      addMarks(into, facts.marks[at] ?? 0, count);
    }
  }
  return { sum: { ...sum, frames: frameCount, unknown }, rows, sums };
};

/** Judges the stacks of each process: unknown, truncated and broken ones, why, and what fixes it. */
export const stackHealth = (profile: Profile): StackHealth => {
  const frames = frameFacts(profile);
  const flat = !callersOf(profile);
  const limit = limitOf(profile);
  const processes = sampleProcesses(profile);
  const { sum, rows, sums } = isAlike(profile, processes.untold)
    ? { ...judgeAlike(profile, frames, { limit, flat, weights: weightsIn(profile) }), sums: [] }
    : judgeEach(profile, frames, processes, { limit, flat });
  const given = { processes, sums, rows, dsoOf: (dso: number): string => profile.frames.dsos[dso] ?? '' };
  return {
    samples: sum.samples,
    judged: sum.judged,
    unknown: share(sum.unknown, sum.frames),
    broken: share(sum.broken, sum.judged),
    truncated: share(sum.truncated, sum.samples),
    flat: flat && sum.samples > 0,
    processes: processRows(given),
    binaries: binaryRows(given),
  };
};
