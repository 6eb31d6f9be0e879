import { fixOf, type Trouble } from './health-fix.ts';
import type { Tally } from './health-judge.ts';
import { GO, INTERPRETER, PROGRAM, RUST } from './health-stack.ts';
import { runtimeFacts, runtimeOf, type Runtime } from './runtimes.ts';
import type { SampleProcesses } from './process-names.ts';

/** The counts of one process: samples, samples with user frames, user frames. */
export interface ProcessSum {
  samples: number;
  judged: number;
  frames: number;
  unknown: number;
  broken: number;
  truncated: number;
  go: number;
  rust: number;
  /** Samples in an interpreter whose stack has no function of the program. */
  interpreted: number;
}

export const newSum = (): ProcessSum => ({ samples: 0, judged: 0, frames: 0, unknown: 0, broken: 0, truncated: 0, go: 0, rust: 0, interpreted: 0 }); // prettier-ignore

/** Counts what the marks of a stack say about its process. */
export const addMarks = (sum: ProcessSum, marks: number, count: number): void => {
  if ((marks & GO) !== 0) sum.go += count;
  if ((marks & RUST) !== 0) sum.rust += count;
  if ((marks & (INTERPRETER | PROGRAM)) === INTERPRETER) sum.interpreted += count;
};

/** Whether the user stacks of one process are complete, and its functions have names. */
export interface ProcessHealth {
  readonly process: string;
  /** Absent: the row is for several processes of this name, each with few samples, or the file has no pids. */
  readonly pid: number | undefined;
  readonly runtime: Runtime;
  readonly samples: number;
  /** User frames without a name, as a share of its user frames. */
  readonly unknown: number;
  /** Samples whose user stack does not reach the start of a thread, as a share of those with user frames. */
  readonly broken: number;
  readonly truncated: number;
  readonly why: readonly Trouble[];
  readonly fix: readonly string[];
}

/** Affected shares of samples or frames below this get no fix, processes below this share of all samples no row. */
export const WORTH = 0.02;

export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The runtime of a process: its files say it, else its functions, else its name. */
export const runtimeOfProcess = (dsos: readonly string[], sum: ProcessSum, name: string): Runtime => {
  const ofFile = dsos.map(runtimeOf).find((runtime) => runtime !== undefined);
  if (ofFile !== undefined) return ofFile;
  if (sum.go > WORTH * sum.samples) return 'go';
  if (sum.rust > WORTH * sum.samples) return 'rust';
  return runtimeOf(name) ?? 'native';
};

/** Counted in samples; the others in frames. */
const isOfStacks = (trouble: Trouble): boolean => trouble === 'no frame pointers' || trouble === 'depth limit';

/** The counts of all processes, and of each binary in each. */
export interface JudgedProcesses {
  readonly processes: SampleProcesses;
  readonly sums: readonly (ProcessSum | undefined)[];
  readonly rows: readonly Tally[];
  readonly dsoOf: (dso: number) => string;
}

/** The troubles of a process, most frequent first, each with the fix for the binary that has most of it. */
const troublesOf = (rows: readonly Tally[], sum: ProcessSum, runtime: Runtime, dsoOf: JudgedProcesses['dsoOf']) => {
  const all = rows.flatMap(({ dso, why }) =>
    [...why].map(([trouble, count]) => ({ trouble, count, binary: dsoOf(dso) })),
  );
  const of = Map.groupBy(
    all.filter(({ trouble }) => trouble !== 'kernel hidden').sort((a, b) => b.count - a.count),
    ({ trouble }) => trouble,
  );
  const found = [...of].map(([trouble, each]) => ({
    trouble,
    count: each.reduce((total, { count }) => total + count, 0),
    fix: fixOf(trouble, each[0]?.binary ?? '', runtime),
  }));
  if (sum.interpreted > 0 && runtimeFacts(runtime).interpreter !== undefined)
    found.push({ trouble: 'interpreter', count: sum.interpreted, fix: fixOf('interpreter', '', runtime) });
  return found
    .filter(({ trouble, count }) => count > WORTH * (isOfStacks(trouble) ? sum.judged : sum.frames))
    .sort((a, b) => b.count - a.count);
};

const withPid = (fix: string, pid: number | undefined): string =>
  pid === undefined ? fix : fix.replaceAll(/\bPID\b/g, String(pid));

/** The health of each process with user frames that has enough samples to matter, most samples first. */
export const processRows = ({ processes, sums, rows, dsoOf }: JudgedProcesses): ProcessHealth[] => {
  if (processes.untold) return [];
  const all = sums.reduce((total, sum) => total + (sum?.samples ?? 0), 0);
  const byProcess = Map.groupBy(rows, ({ process }) => process);
  return sums
    .flatMap((sum, process): ProcessHealth[] => {
      if (sum === undefined || sum.judged === 0 || sum.samples < WORTH * all) return [];
      const [own, pid] = [byProcess.get(process) ?? [], processes.pids[process]];
      const name = processes.names[process] ?? '';
      const runtime = runtimeOfProcess(own.map(({ dso }) => dsoOf(dso)), sum, name); // prettier-ignore
      const found = troublesOf(own, sum, runtime, dsoOf);
      return [
        {
          process: name,
          pid,
          runtime,
          samples: sum.samples,
          unknown: share(sum.unknown, sum.frames),
          broken: share(sum.broken, sum.judged),
          truncated: share(sum.truncated, sum.samples),
          why: found.map(({ trouble }) => trouble),
          fix: found.map(({ fix }) => withPid(fix, pid)),
        },
      ];
    })
    .sort((a, b) => b.samples - a.samples);
};
