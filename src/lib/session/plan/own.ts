import type { AskOptions, FtraceOptions, OwnCall } from '../../api.ts';
import { FridayError } from '../../errors.ts';
import type { Backend, Need } from '../backend.ts';
import { ftraceNeed, wantedEvents } from '../ftrace/options.ts';
import { tracingNeed } from '../ftrace/ask.ts';
import { names } from '../names.ts';
import { checkOptions, OWN_OPTIONS } from '../options.ts';
import { bpftraceProgram } from '../own/bpftrace.ts';
import { ownNeed } from '../own/capture-own.ts';
import type { OwnProgram } from '../own/own-program.ts';
import { perfProgram } from '../own/perf.ts';
import { runProgram } from '../own/run.ts';
import { wordsOf } from '../own/words.ts';

const METHODS = ['bpftrace', 'perf', 'run', 'ftrace'] as const;
type Method = (typeof METHODS)[number];

const isMethod = (key: string): key is Method => METHODS.some((method) => method === key);

/** Whether the value of such a key is a program: else the key is the label of a question, `{ perf: 'cpu-profile' }`. */
const isProgram = (method: Method, value: unknown): boolean => {
  if (typeof value !== 'string') return true;
  return !names().includes(value) && (method !== 'bpftrace' || value.includes('{'));
};

/** The program of the caller's own in a call of plan; undefined if it asks questions. */
export const ownCallIn = (asked: unknown): OwnCall | undefined => {
  if (typeof asked !== 'object' || asked === null) return undefined;
  const entries = Object.entries(asked);
  const found = entries.find(([key, value]) => isMethod(key) && isProgram(key, value));
  if (found === undefined) return undefined;
  if (entries.length === 1) return asked as OwnCall;
  throw new FridayError('usage', `plan: expected one program of your own, got ${entries.map(([key]) => key).join(' and ')}`, { next: `Write plan({ ${found[0]}: ... }); questions have a plan of their own.` }); // prettier-ignore
};

const programOf = (call: Exclude<OwnCall, { readonly ftrace: unknown }>): OwnProgram => {
  if ('bpftrace' in call) return bpftraceProgram(call.bpftrace);
  if ('perf' in call) return perfProgram(call.perf);
  return runProgram(wordsOf('run', call.run), 'text');
};

/** What is planned, in a few words, and what each host is to do: the same as the method would record. */
export interface OwnPlan {
  readonly what: string;
  readonly needFor: (backend: Backend) => Promise<Need>;
}

const ftracePlan = (options: FtraceOptions): OwnPlan => {
  const need = ftraceNeed(options);
  return {
    what: `ftrace of ${wantedEvents(options).join(', ')}`,
    needFor: (backend) => tracingNeed(backend, options, need),
  };
};

/** Checks everything before a host is asked; throws 'usage' as the method would. */
export const ownPlan = (call: OwnCall, options: AskOptions): OwnPlan => {
  if ('ftrace' in call) {
    const { ftrace } = call as { readonly ftrace: unknown };
    return ftracePlan(typeof ftrace === 'object' && ftrace !== null ? { ...options, ...(ftrace as FtraceOptions) } : (ftrace as FtraceOptions)); // prettier-ignore
  }
  checkOptions('plan', options, OWN_OPTIONS);
  const own = programOf(call);
  const need = ownNeed(own, options);
  return { what: own.what, needFor: () => Promise.resolve(need) };
};
