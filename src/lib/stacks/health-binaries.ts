import { fixOf, type Trouble } from './health-fix.ts';
import { addTally, type Tally } from './health-judge.ts';
import { newSum, runtimeOfProcess, share, WORTH, type JudgedProcesses } from './health-processes.ts';
import { runtimeFacts, runtimeOf, type Runtime } from './runtimes.ts';

/** The health of one binary in all processes of one name. */
export interface BinaryHealth {
  readonly process: string;
  readonly runtime: Runtime;
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

/**
 * Addresses outside all mappings: in a process with a JIT compiler they may be its code; elsewhere the walk without
 * frame pointers has read them by mistake.
 */
const astray = (binary: string, runtime: Runtime): boolean =>
  binary === '[unknown]' && runtimeFacts(runtime).compiles !== true;

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

/** The counts of processes of one name together, by name and binary. */
const byName = (rows: readonly Tally[], names: readonly string[]): Tally[][] => {
  const named = new Map<string, Map<number, Tally>>();
  for (const row of rows) {
    const name = names[row.process] ?? '';
    const own = named.get(name) ?? new Map<number, Tally>();
    named.set(name, own);
    const known = own.get(row.dso);
    if (known === undefined) own.set(row.dso, { ...row, why: new Map(row.why) });
    else addTally(known, row);
  }
  return [...named.values()].map((own) => [...own.values()]);
};

/** The health of each binary in the processes of each name, most samples first. */
export const binaryRows = ({ processes, sums, rows, dsoOf }: JudgedProcesses): BinaryHealth[] =>
  byName(rows, processes.names)
    .flatMap((own) => {
      const process = own[0]?.process ?? 0;
      const [name, sum] = [processes.names[process] ?? '', sums[process] ?? newSum()];
      const runtime = runtimeOfProcess(own.map(({ dso }) => dsoOf(dso)), sum, name); // prettier-ignore
      return own.map((row): BinaryHealth => {
        const binary = dsoOf(row.dso);
        const isInterpreter = runtimeOf(binary) === runtime && runtimeFacts(runtime).interpreter !== undefined;
        const interpreted = isInterpreter && sum.interpreted > WORTH * sum.samples;
        const why = troubles(row, interpreted, astray(binary, runtime));
        return {
          process: name,
          runtime,
          binary,
          samples: row.samples,
          unknown: share(row.unknown, row.frames),
          broken: share(row.broken, row.samples),
          truncated: share(row.truncated, row.samples),
          why,
          fix: why.map((trouble) => fixOf(trouble, binary, runtime)),
        };
      });
    })
    .sort((a, b) => b.samples - a.samples || (a.binary < b.binary ? -1 : 1));
