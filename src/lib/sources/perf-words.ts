import { FridayError } from '../errors.ts';
import type { Program } from './program.ts';

/** How the output of a call of perf is read. */
export type PerfOutput = 'profile' | 'counters' | 'events' | 'lines';

/** A call of perf as it runs on the host: what it captures arrives here, and nothing is written there. */
export interface PerfCall {
  readonly program: Program;
  /** The same for versions of perf that lack an option of ours. */
  readonly simpler?: Program;
  readonly output: PerfOutput;
}

const RECORD_HERE = "Record with host.perf(['record', ...]): its answer is the profile, flamegraph() draws it.";

/** Subcommands that cannot give what they do as output, and what to do in their place. */
const REFUSED: Readonly<Record<string, readonly [why: string, next: string]>> = {
  ...Object.fromEntries(
    ['annotate', 'archive', 'buildid-list', 'c2c', 'data', 'diff', 'evlist', 'inject', 'kmem', 'kvm', 'kwork', 'mem', 'report', 'sched', 'script', 'timechart'].map(
      (name) => [name, ['it works on a file of the host', RECORD_HERE] as const],
    ),
  ),
  'buildid-cache': ['it changes files below ~/.debug on the host', 'Symbols are fetched after each record by itself.'],
  config: ['it changes ~/.perfconfig on the host', 'Give the options to the subcommand.'],
  daemon: ['it stays on the host', 'Use host.perf([...], { seconds }).'],
  ftrace: ['it changes settings of tracefs', "Use perf's trace or record, or host.bpftrace."],
  probe: ['it adds probes to the kernel, which stay', 'Use host.bpftrace, whose probes end with it.'],
  top: ['it draws on a terminal', "Use host.perf(['record', '-a', '-g'])."],
}; // prettier-ignore

const refuse = (words: readonly string[], why: string, next: string): never => {
  throw new FridayError('usage', `perf ${words.slice(0, 2).join(' ')}: not run, since ${why}`, { next });
};

/** The words before the observed command, if that stands behind `--`. */
const own = (words: readonly string[]): readonly string[] => {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
};

const has = (words: readonly string[], ...options: readonly string[]): boolean =>
  own(words).some((word) => options.some((option) => word === option || word.startsWith(`${option}=`)));

/** Options that send the output elsewhere; `-o` may be glued to its value or to other letters: `-ofile`, `-ago`. */
const ELSEWHERE =
  /^(?:-[aghinqsvdPTRNBWbzA]*o.*|--output(?:=.*)?|--switch-output.*|--timestamp-filename|--append|--log-fd.*)$/;

const checked = (words: readonly string[]): void => {
  const elsewhere = own(words).find((word) => ELSEWHERE.test(word));
  if (elsewhere !== undefined)
    refuse(words, `${JSON.stringify(elsewhere)} would send its output elsewhere than here`, 'Leave it out; write -- before a command of your own that is to be observed.'); // prettier-ignore
};

/** With build-ids beside mappings, as perf and kernels have them since 5.12, or without. */
const record = (words: readonly string[], buildIds: readonly string[]): readonly string[] => {
  checked(words);
  const clock = has(words, '-k', '--clockid') ? [] : ['-k', 'CLOCK_MONOTONIC'];
  return ['perf', 'record', '-o', '-', ...clock, ...buildIds, ...words.slice(1)];
};

const stat = (words: readonly string[]): readonly string[] => {
  checked(words);
  const isOther = own(words).some((word) => /^(?:-[xj].*|--field-separator.*|--json-output)$/.test(word));
  if (isOther || words[1] === 'record' || words[1] === 'report')
    refuse(words, 'its output has the format that is read here', 'Leave out -x and -j, record and report.');
  const interval = has(words, '-I', '--interval-print') ? [] : ['-I', '1000'];
  return ['perf', 'stat', '-x', ';', '--log-fd', '1', ...interval, ...words.slice(1)];
};

/** Options with which perf stat counts others than its usual events, or splits them. */
const SPLIT =
  /^(?:-[eMAdGT].*|-ddd?|--(?:event|metrics|topdown|no-aggr|per-|for-each-cgroup|cgroup|detailed|transaction).*)$/;

/** What runs for the words of a call of perf, without or with `perf` in front; throws 'usage' for what is refused. */
export const perfCall = (given: readonly string[]): PerfCall => {
  const words = given[0] === 'perf' ? given.slice(1) : given;
  const [subcommand = ''] = words;
  if (subcommand === '' || subcommand.startsWith('-'))
    refuse(words, 'a subcommand is expected as the first word', "Write host.perf(['record', '-a', '-g']).");
  const [why, next] = (Object.hasOwn(REFUSED, subcommand) ? REFUSED[subcommand] : undefined) ?? [];
  if (why !== undefined && next !== undefined) refuse(words, why, next);
  const made = { tool: 'perf', env: { LC_ALL: 'C' }, stop: 'INT', grace: 10 } as const;
  if (subcommand === 'record')
    return {
      program: { ...made, argv: record(words, ['--buildid-mmap']) },
      simpler: { ...made, argv: record(words, []) },
      output: 'profile',
    };
  if (subcommand === 'stat') {
    const isSplit = own(words).some((word) => SPLIT.test(word));
    return { program: { ...made, argv: stat(words) }, output: isSplit ? 'events' : 'counters' };
  }
  checked(words);
  if (words[1] === 'record') refuse(words, 'it writes a file on the host', RECORD_HERE);
  return { program: { ...made, argv: ['perf', ...words] }, output: 'lines' };
};
