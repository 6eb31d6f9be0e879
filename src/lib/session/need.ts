import { inSeconds } from '../duration.ts';
import { FridayError } from '../errors.ts';
import type { AskOptions } from '../api.ts';
import type { Wanted } from './answers.ts';
import type { Need } from './backend.ts';
import { limitsOf } from './limits.ts';
import { ASK_OPTIONS, checkOptions, withDebugger } from './options.ts';

const MOST_HZ = 50;
/** Above it, the samples themselves are a load. */
const MOST_PROGRAM_HZ = 1000;

const wrong = (option: string, expected: string, got: unknown, next: string): never => {
  throw new FridayError('usage', `${option}: expected ${expected}, got ${JSON.stringify(got)}`, { next });
};

const checkHz = (hz: unknown, most: number): void => {
  if (typeof hz !== 'number' || !(hz > 0 && hz <= most))
    wrong('hz', `a number of samples per second up to ${String(most)}`, hz, 'Write hz: 10, for example.');
};

const oneOf = (option: 'need' | 'callgraph', given: unknown, known: readonly string[]): void => {
  if (given !== undefined && !known.includes(given as string))
    wrong(option, known.map((each) => `'${each}'`).join(' or '), given, `Write ${option}: '${known[0] ?? ''}'.`);
};

/** Checks the options and sets defaults, before anything is started. */
export const needOf = (wanted: Wanted, options: AskOptions): Need => {
  checkOptions('ask', options, ASK_OPTIONS);
  const { seconds = 10, hz, allow, tool, need, target, event, callgraph } = options;
  oneOf('need', need, ['events', 'histogram', 'totals']);
  oneOf('callgraph', callgraph, ['fp', 'dwarf', 'lbr']);
  const questions = Object.values(wanted).flatMap((asked) => (asked.kind === 'question' ? [asked.question] : []));
  const programs = questions.filter(({ ways }) => ways !== undefined);
  const onlyPrograms = programs.length === Object.keys(wanted).length;
  if (hz !== undefined) checkHz(hz, programs.length > 0 ? MOST_PROGRAM_HZ : MOST_HZ);
  return {
    sources: [...new Set(Object.values(wanted).flatMap(({ sources }) => sources))],
    seconds: inSeconds(seconds, 'seconds'),
    hz: onlyPrograms ? 1 : Math.min(hz ?? 1, MOST_HZ),
    ...limitsOf(options),
    debugger: withDebugger(allow),
    programs: programs.map((question) => ({ question, tool, need })),
    options: { hz, event, callgraph },
    target,
  };
};
