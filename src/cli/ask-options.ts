import type { parseArgs, ParseArgsOptionsConfig } from 'node:util';
import type { AskOptions, Grain, Selection, Share } from '../lib/api.ts';
import { FridayError } from '../lib/errors.ts';
import { askedFor } from '../lib/session/names.ts';
import { oneOf, secondsOption, wrongOption } from './arguments.ts';

/** The options of `ask` as those of a command line. */
export const ASKING = {
  seconds: { type: 'string' },
  hz: { type: 'string' },
  pid: { type: 'string', multiple: true },
  name: { type: 'string' },
  tool: { type: 'string' },
  need: { type: 'string' },
  'max-cpu': { type: 'string' },
  'max-memory': { type: 'string' },
  'max-bytes': { type: 'string' },
  sudo: { type: 'boolean', default: false },
  debugger: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

/** Their help. */
export const ASKING_USAGE = `  --seconds N       length of the window; default 10. A recording gives all that it has
  --hz N            samples per second: of files 1, at most 50; of a CPU profile 49 on each CPU, at most 1000
  --pid P           only this process, several: --pid 1 --pid 2; for questions that programs answer
  --name NAME       only processes of this name (comm)
  --tool TOOL       the tool that is to answer (perf, bpftrace, inspector); default: the best that the host has
  --need DETAIL     events, histogram or totals: a tool that gives less is not used
  --max-cpu SHARE   share of one CPU that we may use on the host, such as 5%; default 2% for sweeps over processes, 5% for
                    programs with the events that they trace: a tool that would cost more now is not used
  --max-memory SIZE memory that a program may use on the host, such as 200MB: a tool that needs more is not used
  --max-bytes SIZE  largest size of the recording, such as 500MB; then it ends
  --sudo            use sudo on the host
  --debugger        let Java processes write the names of their compiled code after the capture, by jcmd; profile the one
                    Node process of --pid by its inspector, which is open at a local port meanwhile`;

type Values = ReturnType<typeof parseArgs<{ options: typeof ASKING }>>['values'];

const rate = (verb: string, text: string): number => {
  const hz = Number(text);
  if (text.trim() !== '' && hz > 0) return hz;
  throw wrongOption(verb, 'hz', 'a number of samples per second above 0', text);
};

const share = (verb: string, text: string): Share => {
  const percent = /^\d+(\.\d+)?%$/.test(text);
  if (percent || (text.trim() !== '' && Number(text) > 0)) return percent ? (text as Share) : Number(text);
  throw wrongOption(verb, 'max-cpu', 'a share of one CPU, such as 5% or 0.05', text);
};

const size = (verb: string, option: 'max-memory' | 'max-bytes', text: string): string => {
  if (/^\d+(\.\d+)?\s*[KMG]?B$/i.test(text)) return text;
  throw wrongOption(verb, option, 'a size with its unit, such as 500MB', text);
};

const pidOf = (verb: string, text: string): number => {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw wrongOption(verb, 'pid', 'the number of a process', text);
};

/** The processes that --pid and --name mean. */
export const targetOf = (verb: string, { pid, name }: Pick<Values, 'pid' | 'name'>): Selection | undefined => {
  if (pid === undefined && name === undefined) return undefined;
  if (name === '') throw wrongOption(verb, 'name', 'the name of a process', name);
  return {
    ...(pid === undefined ? {} : { pid: pid.map((each) => pidOf(verb, each)) }),
    ...(name === undefined ? {} : { name }),
  };
};

/** Options that only programs heed: files are read for the whole host. */
const OF_PROGRAMS = ['pid', 'name', 'tool', 'need'] as const;

const byPrograms = (name: string): boolean => {
  const asked = askedFor(name);
  return asked.kind === 'question' && asked.question.ways !== undefined;
};

/** Throws 'usage' for an option that would be ignored, since no program answers any of the questions. */
const checkHeeded = (verb: string, values: Values, names: readonly string[]): void => {
  const ignored = OF_PROGRAMS.find((option) => values[option] !== undefined);
  if (ignored === undefined || names.some(byPrograms)) return;
  throw new FridayError('usage', `fbf ${verb}: --${ignored}: expected a question that a program answers, got ${names.join(', ')}, which files of /proc answer for the whole host`, { next: 'Leave it out, and filter the rows: --csv' }); // prettier-ignore
};

/** The options of `ask` that a command line gives; throws 'usage' for a value that is none, or that would be ignored. */
export const askOptions = (verb: string, values: Values, names: readonly string[]): AskOptions => {
  const { seconds, hz, tool, need } = values;
  const target = targetOf(verb, values);
  const allow = (['sudo', 'debugger'] as const).filter((right) => values[right]);
  const grains: readonly Grain[] = ['events', 'histogram', 'totals'];
  const options: AskOptions = {
    ...(seconds === undefined ? {} : { seconds: secondsOption(verb, 'seconds', seconds) }),
    ...(hz === undefined ? {} : { hz: rate(verb, hz) }),
    ...(target === undefined ? {} : { target }),
    ...(tool === undefined ? {} : { tool }),
    ...(need === undefined ? {} : { need: oneOf(verb, 'need', grains, need) }),
    ...(values['max-cpu'] === undefined ? {} : { maxCpu: share(verb, values['max-cpu']) }),
    ...(values['max-memory'] === undefined ? {} : { maxMemory: size(verb, 'max-memory', values['max-memory']) }),
    ...(values['max-bytes'] === undefined ? {} : { maxBytes: size(verb, 'max-bytes', values['max-bytes']) }),
    ...(allow.length > 0 ? { allow } : {}),
  };
  checkHeeded(verb, values, names);
  return options;
};

/** The host and the questions of a command line; throws 'usage' before anything is reached, for an unknown name too. */
export const hostAndQuestions = (verb: string, words: readonly string[]): readonly [string, ...string[]] => {
  const [host, ...names] = words;
  if (host === undefined || names.length === 0)
    throw new FridayError('usage', `fbf ${verb}: expected a host and a question, got ${words.length === 0 ? 'nothing' : JSON.stringify(host)}`, { next: `fbf ${verb} local: ${host ?? 'iostat'}; all questions: fbf questions` }); // prettier-ignore
  for (const name of names) askedFor(name);
  return [host, ...names];
};
