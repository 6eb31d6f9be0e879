import { isValid } from '../columns/column.ts';
import { fixOf, type Runtime, type Trouble } from './health-fix.ts';
import { judge, newTally, type Judge, type Tally } from './health-judge.ts';
import { frameFacts, runtimesIn, stackFacts } from './health-stack.ts';
import { internPairs, type Pairs } from './intern.ts';
import { sampleProcesses, type SampleProcesses } from './process-names.ts';
import type { Profile } from './profile.ts';

/** One binary in one process. */
export interface BinaryHealth {
  readonly process: string;
  readonly binary: string;
  /** Samples with a frame in the binary. */
  readonly samples: number;
  /** Share of its frames that have no name, of all its frames in all samples. */
  readonly unknown: number;
  /** Share of `samples` whose walk to the program's start was lost, with this binary to blame. */
  readonly broken: number;
  /** Share of `samples` that are deeper than the recorder keeps. */
  readonly truncated: number;
  /** What is wrong, worst first; empty where nothing is. */
  readonly why: readonly Trouble[];
  /** A sentence or command for each of `why`. */
  readonly fix: readonly string[];
}

/** The whole profile's stacks, and each binary's, most samples first. */
export interface StackHealth {
  readonly samples: number;
  /** Samples that have a stack with user frames: only these can be broken or whole. */
  readonly judged: number;
  readonly unknown: number;
  readonly broken: number;
  readonly truncated: number;
  /** The profile was recorded without call graphs, and nothing can be said of them. */
  readonly flat: boolean;
  readonly binaries: readonly BinaryHealth[];
}

/** Less than this of a binary's samples or frames is not worth a fix. */
const WORTH = 0.02;
/** perf's and bpftrace's own limit where the file does not say. */
const USUAL_DEPTH = 127;

/** Distinct stacks of each process, and how many samples have each. */
interface CountedStacks {
  readonly size: number;
  readonly process: ArrayLike<number>;
  readonly stack: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** Gives each (process, stack) a small number, in order of first appearance. One process needs no table of pairs. */
const internStacks = ({ stacks }: Profile, rows: number, oneProcess: boolean): Pairs => {
  if (!oneProcess) return internPairs(Math.min(rows, stacks.size));
  // The last one is for samples without a stack.
  const codes = new Uint32Array(stacks.size + 1);
  const b = new Uint32Array(Math.min(rows, codes.length));
  let size = 0;
  return {
    get size() {
      return size;
    },
    a: new Uint32Array(b.length),
    b,
    code(_, stack) {
      const at = Math.min(stack, stacks.size);
      const known = codes[at] as number;
      if (known !== 0) return known - 1;
      b[size] = stack;
      codes[at] = ++size;
      return size - 1;
    },
  };
};

/** Folded stacks and maps carry the number of samples as period. */
const countedStacks = (profile: Profile, processes: SampleProcesses): CountedStacks => {
  const { samples, meta } = profile;
  const { stack, period } = samples.data;
  const pairs = internStacks(profile, samples.size, processes.untold);
  const counts: number[] = [];
  const grouped = meta.format === 'folded' || meta.format === 'bpftrace';
  for (let i = 0; i < samples.size; i++) {
    if (stack?.kind !== 'number' || !isValid(stack.valid, i)) continue;
    const pair = pairs.code(processes.untold ? 0 : processes.codeOf(i), stack.values[i] ?? 0);
    const weight = grouped && period?.kind === 'number' ? (period.values[i] ?? 1) : 1;
    counts[pair] = (counts[pair] ?? 0) + weight;
  }
  return { size: pairs.size, process: pairs.a, stack: pairs.b, counts };
};

/** The deepest that the recorder keeps: said by the file, or guessed from a usual limit that stacks pile up at. */
const limitOf = ({ meta, stacks }: Profile): number => {
  if (meta.maxDepth !== undefined) return meta.maxDepth;
  const deepest = stacks.depth.subarray(0, stacks.size).reduce((most, depth) => Math.max(most, depth), 0);
  return deepest <= USUAL_DEPTH + 2 ? USUAL_DEPTH : Infinity;
};

/** Whether callers were recorded: said by the file, or seen. Where no frame pointer led anywhere, none need be seen. */
const callersOf = ({ meta, stacks }: Profile): boolean =>
  meta.callers ?? stacks.depth.subarray(0, stacks.size).some((depth) => depth > 1);

/**
 * Addresses in no mapping at all: where a run-time compiler is at work it may be its code, elsewhere it is what a walk
 * without frame pointers strays into.
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

/** Processes where the interpreter's loop shows and no function of the program does. */
const interpretedProcesses = ({ frames }: Profile): boolean => {
  const loop = frames.names.includes('_PyEval_EvalFrameDefault');
  return loop && !frames.names.some((name) => name.startsWith('py::'));
};

/** Judges each process's stacks: what has no name, what was cut or lost its way, why, and what fixes it. */
export const stackHealth = (profile: Profile): StackHealth => {
  const rows: Tally[] = [];
  const known: (Tally | undefined)[][] = [];
  const tally = (process: number, dso: number): Tally => {
    const own = (known[process] ??= []);
    return (own[dso] ??= newTally(process, dso, rows));
  };
  const frames = frameFacts(profile);
  const flat = !callersOf(profile);
  const work: Judge = { profile, frames, facts: stackFacts(profile, frames), limit: limitOf(profile), flat, tally };
  const processes = sampleProcesses(profile);
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
