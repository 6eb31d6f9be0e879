import { readFile } from 'node:fs/promises';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { OwnCall, Selection } from '../lib/api.ts';
import { FridayError } from '../lib/errors.ts';
import { wrongOption } from './arguments.ts';

/** Programs of your own as options of a command line. */
export const OWN = {
  bpftrace: { type: 'string' },
  ftrace: { type: 'string', multiple: true },
  filter: { type: 'string' },
  perf: { type: 'boolean', default: false },
  run: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

/** Their help. */
export const OWN_USAGE = `  --bpftrace FILE   a program of bpftrace, as host.bpftrace runs it
  --ftrace EVENT    events of Ftrace, several: --ftrace 'sched:sched_switch,block:*'; --pid and --name are its target
  --filter FILTER   which of these events, in the kernel's words: --filter 'prev_pid > 0'
  --perf -- WORD... a call of perf, as host.perf runs it: --perf -- record -a -g
  --run -- WORD...  any program, as host.run runs it: --run -- ss -tan`;

interface Values {
  readonly bpftrace?: string | undefined;
  readonly ftrace?: readonly string[] | undefined;
  readonly filter?: string | undefined;
  readonly perf: boolean;
  readonly run: boolean;
}

/** What else of the command line a program of one's own takes. */
interface Given {
  /** The words behind `--`. */
  readonly words: readonly string[];
  /** Of --pid and --name. */
  readonly target: Selection | undefined;
}

/** The arguments before `--`, and the words behind it. */
export const splitWords = (args: readonly string[]): readonly [readonly string[], readonly string[]] => {
  const at = args.indexOf('--');
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
};

const ftraceCall = (events: readonly string[], filter: string | undefined, target: Selection | undefined): OwnCall => ({
  ftrace: {
    events: events.flatMap((each) => each.split(',')),
    ...(filter === undefined ? {} : { filter }),
    ...(target === undefined ? {} : { target }),
  },
});

const wordsFor = (verb: string, option: 'perf' | 'run', words: readonly string[]): readonly string[] => {
  if (words.length > 0) return words;
  throw new FridayError('usage', `fbf ${verb}: --${option}: expected words behind --`, {
    next: `fbf ${verb} HOST --${option} -- ${option === 'perf' ? 'record -a -g' : 'ss -tan'}`,
  });
};

/** Throws 'usage' for an option that would be ignored. */
const checkHeeded = (verb: string, { ftrace, filter, perf, run }: Values, { words, target }: Given): void => {
  if (filter !== undefined && ftrace === undefined) throw wrongOption(verb, 'filter', 'it together with --ftrace', filter); // prettier-ignore
  if (target !== undefined && ftrace === undefined) throw new FridayError('usage', `fbf ${verb}: --pid and --name: of your own programs only --ftrace takes them`, { next: `fbf ${verb} --help` }); // prettier-ignore
  if (words.length > 0 && !perf && !run) throw new FridayError('usage', `fbf ${verb}: words behind --: expected --perf or --run, got neither`, { next: `fbf ${verb} --help` }); // prettier-ignore
};

/** The program of one's own on a command line; undefined if it has none. */
export const ownCall = async (verb: string, values: Values, given: Given): Promise<OwnCall | undefined> => {
  const { bpftrace, ftrace, filter, perf, run } = values;
  const { words, target } = given;
  const named = [bpftrace !== undefined && 'bpftrace', ftrace !== undefined && 'ftrace', perf && 'perf', run && 'run'];
  const chosen = named.filter((each) => each !== false);
  if (chosen.length > 1)
    throw new FridayError('usage', `fbf ${verb}: expected one program of your own, got --${chosen.join(' and --')}`, { next: 'Plan them one by one.' }); // prettier-ignore
  if (chosen.length > 0 || words.length > 0 || filter !== undefined) checkHeeded(verb, values, given);
  if (bpftrace !== undefined) return { bpftrace: await readFile(bpftrace, 'utf8') };
  if (ftrace !== undefined) return ftraceCall(ftrace, filter, target);
  if (perf) return { perf: wordsFor(verb, 'perf', words) };
  return run ? { run: wordsFor(verb, 'run', words) } : undefined;
};
