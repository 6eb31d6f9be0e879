import { isValid, type Numbers } from '../columns/column.ts';
import { fixOf, type Runtime, type Trouble } from './health-fix.ts';
import { isAlike, judgeAlike } from './health-alike.ts';
import { judge, newTally, type Judge, type Judged, type Tally } from './health-judge.ts';
import { frameFacts, runtimesIn, stackFacts, type FrameFacts } from './health-stack.ts';
import { internPairs } from './intern.ts';
import { sampleProcesses, type SampleProcesses } from './process-names.ts';
import type { Profile } from './profile.ts';

/** The health of one binary in one process. */
export interface BinaryHealth {
  readonly process: string;
  readonly binary: string;
  /** Samples with a frame in the binary. */
  readonly samples: number;
  /** Unknown frames as a share of the binary's frames in all samples. */
  readonly unknown: number;
  /** Broken stacks attributed to this binary, as a share of `samples`. */
  readonly broken: number;
  /** Truncated stacks as a share of `samples`. */
  readonly truncated: number;
  /** What is wrong, worst first; empty if nothing is. */
  readonly why: readonly Trouble[];
  /** For each entry of `why`, a sentence or command that fixes it. */
  readonly fix: readonly string[];
}

/** The health of the whole profile and of each binary, most samples first. */
export interface StackHealth {
  readonly samples: number;
  /** Samples whose stack has user frames: only these can be broken or complete. */
  readonly judged: number;
  readonly unknown: number;
  readonly broken: number;
  readonly truncated: number;
  /** The profile was recorded without call graphs, so stacks cannot be judged. */
  readonly flat: boolean;
  readonly binaries: readonly BinaryHealth[];
}

/** Affected shares of a binary's samples or frames below this get no fix. */
const WORTH = 0.02;
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

/**
 * Addresses outside all mappings: in a process with a JIT compiler they may be its code; elsewhere the walk without
 * frame pointers has read them by mistake.
 */
const astray = (binary: string, runtime: Runtime): boolean =>
  binary === '[unknown]' && runtime !== 'java' && runtime !== 'node';

const troubles = (row: Tally, interpreted: boolean, lost: boolean): Trouble[] => {
  const worth = [...row.why]
    .filter(([trouble, count]) =>
      trouble === 'no frame pointers' || trouble === 'depth limit'
        ? count > WORTH * row.samples
        : count > WORTH * row.frames,
    )
    .sort((a, b) => b[1] - a[1])
    .map(([trouble]) => (lost && trouble === 'no map' ? 'no frame pointers' : trouble));
  return interpreted ? [...worth, 'interpreter'] : worth;
};

/** Processes that show the interpreter's loop and no function of the program. */
const interpretedProcesses = ({ frames }: Profile): boolean => {
  const loop = frames.names.includes('_PyEval_EvalFrameDefault');
  return loop && !frames.names.some((name) => name.startsWith('py::'));
};

/** Walks the frames of each distinct stack of a process. */
const judgeEach = (
  profile: Profile,
  frames: FrameFacts,
  processes: SampleProcesses,
  { limit, flat }: Pick<Judge, 'limit' | 'flat'>,
): { readonly sum: Judged; readonly rows: readonly Tally[] } => {
  const rows: Tally[] = [];
  const known: (Tally | undefined)[][] = [];
  const tally = (process: number, dso: number): Tally => {
    const own = (known[process] ??= []);
    return (own[dso] ??= newTally(process, dso, rows));
  };
  const work: Judge = { profile, frames, facts: stackFacts(profile, frames), limit, flat, tally };
  const { size, process, stack, counts } = countedStacks(profile, processes);
  const sum = { samples: 0, judged: 0, frames: 0, unknown: 0, broken: 0, truncated: 0 };
  for (let i = 0; i < size; i++) {
    const count = counts[i] ?? 0;
    const seen = judge(work, { number: i, process: process[i] ?? 0, stack: stack[i] ?? 0, count });
    sum.samples += count;
    sum.frames += seen.frames;
    sum.unknown += seen.unknown;
    if (seen.user) sum.judged += count;
    if (seen.broken) sum.broken += count;
    if (seen.truncated) sum.truncated += count;
  }
  return { sum, rows };
};

/** Judges the stacks of each process: unknown, truncated and broken ones, why, and what fixes it. */
export const stackHealth = (profile: Profile): StackHealth => {
  const frames = frameFacts(profile);
  const flat = !callersOf(profile);
  const limit = limitOf(profile);
  const processes = sampleProcesses(profile);
  const { sum, rows } = isAlike(profile, processes.untold)
    ? judgeAlike(profile, frames, { limit, flat, weights: weightsIn(profile) })
    : judgeEach(profile, frames, processes, { limit, flat });
  return {
    samples: sum.samples,
    judged: sum.judged,
    unknown: share(sum.unknown, sum.frames),
    broken: share(sum.broken, sum.judged),
    truncated: share(sum.truncated, sum.samples),
    flat: flat && sum.samples > 0,
    binaries: binaryRows(profile, processes.names, rows),
  };
};

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const binaryRows = (profile: Profile, processes: readonly string[], rows: readonly Tally[]): BinaryHealth[] => {
  const { frames } = profile;
  const dsoOf = (dso: number): string => frames.dsos[dso] ?? '';
  const byProcess = new Map<number, string[]>();
  for (const { process, dso } of rows) byProcess.set(process, [...(byProcess.get(process) ?? []), dsoOf(dso)]);
  const runtimes = new Map<number, Runtime>([...byProcess].map(([process, dsos]) => [process, runtimesIn(dsos)]));
  const interpreted = interpretedProcesses(profile);
  return rows
    .map((row): BinaryHealth => {
      const binary = dsoOf(row.dso);
      const runtime = runtimes.get(row.process) ?? 'native';
      const why = troubles(row, interpreted && runtimesIn([binary]) === 'python', astray(binary, runtime));
      return {
        process: processes[row.process] ?? '',
        binary,
        samples: row.samples,
        unknown: share(row.unknown, row.frames),
        broken: share(row.broken, row.samples),
        truncated: share(row.truncated, row.samples),
        why,
        fix: why.map((trouble) => fixOf(trouble, binary, trouble === 'no symbols' ? 'native' : runtime)),
      };
    })
    .sort((a, b) => b.samples - a.samples || (a.binary < b.binary ? -1 : 1));
};
