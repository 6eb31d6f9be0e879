import { setTimeout as sleep } from 'node:timers/promises';
import { FridayError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import type { ProgramFact } from '../lib/recording/format.ts';
import type { Program } from '../lib/sources/program.ts';
import type { Ended, Supervised, SuperviseOptions } from '../lib/supervisor/supervise.ts';
import type { OwnProgram, ProgramOrder } from './contract.ts';
import { readOutput, type Output } from './output.ts';
import { keepEnds } from './keep-ends.ts';
import { programScript } from './program-script.ts';

/** Starts a program under a supervisor of its own. */
export type Supervise = (
  options: Omit<SuperviseOptions, 'away' | 'prompter' | 'sudo' | 'ticks'>,
) => Promise<Supervised>;

/** A program that is attached on the host: it captures. */
export interface Attached {
  readonly program: Program;
  readonly supervised: Supervised;
  readonly output: Output;
  readonly refused: ProgramFact['refused'];
  readonly calibration: ProgramFact['calibration'] | undefined;
  readonly own: OwnProgram | undefined;
  /** Its standard error so far, without its middle if it is long. */
  readonly said: () => string;
  /** On the clock of performance.now(). */
  readonly at: number;
}

/** Seconds that a tool has to attach: bpftrace compiles for up to 5 s, on a slow host for longer. */
export const ATTACH = 60;
/** Seconds between two measurements of what it uses. */
const COST_EVERY = 3;
/** Characters of its standard error that are kept, at each end. */
const KEPT = 1 << 19;
/** Milliseconds after its first output in which a tool that cannot attach has exited. */
const SETTLE = 300;

/**
 * Printed by bpftrace on every host where it may not raise its limit of locked memory; it runs all the same. perf prints
 * `Error:` above the line that says which.
 */
const HARMLESS = /RLIMIT_MEMLOCK|ulimit -l|^\s*Error:\s*$/;

/** What a tool said last, as a clause: its lines about an error, otherwise its last ones. */
export const lastWords = (stderr: string): string => {
  const lines = stderr.split('\n').flatMap((line) => (line.trim() === '' || HARMLESS.test(line) ? [] : [line.trim()]));
  const errors = lines.filter((line) =>
    /error|denied|no permission|not permitted|limited|invalid|cannot|unknown|not found/i.test(line),
  );
  const said = (errors.length > 0 ? errors : lines).slice(-3).join(' ');
  return printable(said.replace(/\.$/, ''), 300);
};

const whyEnded = ({ why, status, stderr }: Ended): string => {
  const words = lastWords(stderr);
  if (status === 127) return words === '' ? 'it is not installed' : words;
  const code =
    why === 'ended' ? `it exited with status ${String(status ?? 'unknown')}` : `its supervisor ended (${why})`;
  return words === '' ? code : `${code}: ${words}`;
};

/** Statuses of a shell that could not start a program: it is not executable, or not there. */
const NOT_STARTED = [126, 127];

/** Why none of the ways attached, and what the last one wrote to its standard error. */
export interface Unattached {
  readonly refused: ProgramFact['refused'];
  readonly said: string;
}

interface Trying {
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly own: OwnProgram | undefined;
}

/** Starts one way; gives why it did not attach. */
const tryOne = async (
  supervise: Supervise,
  program: Program,
  { seconds, signal, own }: Trying,
): Promise<Omit<Attached, 'refused' | 'calibration'> | { readonly why: string; readonly said: string }> => {
  const said = keepEnds(KEPT);
  const { stop, grace } = program;
  const supervised = await supervise({
    program: programScript(program),
    seconds: seconds + ATTACH,
    stop,
    grace,
    serves: false,
    costEvery: COST_EVERY,
    onText: said.add,
  });
  const output = readOutput(supervised.output);
  const isQuiet = own?.attaches === false;
  const isFine = ({ why, status = NaN }: Ended): boolean =>
    why === 'ended' &&
    (isQuiet ? !NOT_STARTED.includes(status) || output.size() > 0 : status === 0 && output.size() > 0);
  const over = supervised.done.then((ended) => (isFine(ended) ? undefined : whyEnded(ended)));
  const stopping = new Promise<string>((resolve) => {
    signal.addEventListener('abort', () => { resolve('the capture was stopped'); }, { once: true }); // prettier-ignore
  });
  const late = new AbortController();
  const first = await Promise.race([
    (isQuiet ? Promise.resolve() : output.first).then(() => sleep(SETTLE)),
    over,
    stopping,
    sleep(ATTACH * 1000, `it printed nothing in ${String(ATTACH)} s`, { signal: late.signal, ref: false }),
  ]);
  late.abort();
  const at = performance.now() - SETTLE;
  if (first === undefined && !signal.aborted) return { program, supervised, output, own, said: said.text, at };
  supervised.stop();
  output.into(() => Promise.resolve()).catch(() => undefined);
  return { why: first ?? 'the capture was stopped', said: said.text() };
};

/** Starts the first way that attaches; gives only the reasons if none does. */
export const attach = async (
  supervise: Supervise,
  { ways, skipped = [], own, calibration }: ProgramOrder,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<Attached | Unattached> => {
  const refused = [...skipped];
  let said = '';
  for (const program of ways) {
    if (signal.aborted) break;
    try {
      const tried = await tryOne(supervise, program, { seconds, signal, own });
      if ('supervised' in tried) return { ...tried, refused, calibration };
      refused.push({ tool: program.tool, why: tried.why });
      said = tried.said;
    } catch (error) {
      if (!(error instanceof FridayError) || error.kind === 'host-gone') throw error;
      refused.push({ tool: program.tool, why: `${error.what}. ${error.next}` });
    }
  }
  return { refused, said };
};
