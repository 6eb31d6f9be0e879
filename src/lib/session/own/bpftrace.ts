import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { OwnOptions } from '../../api.ts';
import { FridayError } from '../../errors.ts';
import { printable } from '../../printable.ts';
import { bpftraceLacks, installing } from '../../questions/needs.ts';
import { readArrivals } from '../../sources/bpftrace/arrivals.ts';
import { readOwnBpftrace } from '../../sources/bpftrace/own-output.ts';
import { ownBpftrace } from '../../sources/bpftrace/programs.ts';
import type { Answers } from '../answers.ts';
import type { Backend } from '../backend.ts';
import { OWN_OPTIONS } from '../options.ts';
import type { Pending } from '../pending.ts';
import { captureOwn } from './capture-own.ts';
import type { Failed, OwnOutput, OwnProgram } from './own-program.ts';

/** Printed on every host where bpftrace may not raise its limit of locked memory; it runs all the same. */
const HARMLESS = /RLIMIT_MEMLOCK|ulimit -l/;

/** What bpftrace wrote to its standard error, without what it writes always. */
const wordsIn = (said: string): readonly string[] =>
  said.split('\n').filter((line) => line.trim() !== '' && !HARMLESS.test(line));

const NOT_ROOT = /running as the root user|must be run as root|[Oo]peration not permitted|[Pp]ermission denied/;
const LIST = "Correct the place that it names. Probes of this host: await host.run(['bpftrace', '-l', 'tracepoint:sched:*'], { allow: ['sudo'] })."; // prettier-ignore

/** The error of a program that bpftrace did not run, in bpftrace's own words. */
const refused = ({ said, why, os }: Failed): FridayError | undefined => {
  const words = wordsIn(said);
  const seen = words.join('\n').slice(0, 4000);
  const first = printable(words.find((line) => /error/i.test(line)) ?? words[0] ?? why, 300);
  if (/not found|is not installed/.test(`${first} ${why}`) && /exec:|is not installed/.test(`${first} ${why}`))
    return new FridayError('missing', 'bpftrace: it is not installed', { next: `What would help: ${installing('bpftrace', os)}.`, seen }); // prettier-ignore
  if (NOT_ROOT.test(seen))
    return new FridayError('not-allowed', `bpftrace: ${first}`, {
      next: "Connect as root, or with { allow: ['sudo'] } where the login may use sudo.",
      seen,
    });
  return new FridayError('usage', `bpftrace: it does not run this program: ${first}`, { next: LIST, seen });
};

const MOST_WORDS = 3;

/** What bpftrace wrote to its standard error while it ran, as a sentence. */
const saidOf = ({ said, fact }: OwnOutput): readonly string[] => {
  const words = wordsIn(said);
  if (words.length === 0 || fact.status === 'failed') return [];
  const more = words.length > MOST_WORDS ? ` (${String(words.length - MOST_WORDS)} more lines)` : '';
  return [`bpftrace wrote: ${printable(words.slice(0, MOST_WORDS).join('; '), 500)}${more}`];
};

const read = async (text: string, output: OwnOutput): ReturnType<OwnProgram['read']> => {
  const arrivals = readArrivals(await readFile(output.arrivals, 'utf8').catch(() => '')); // none: nothing arrived
  const source = createReadStream(output.output, { highWaterMark: 1 << 20 });
  const { tables, lost, warnings } = await readOwnBpftrace(source, { program: text, arrivals });
  const cannotSee = [...warnings, ...saidOf(output)];
  return Object.fromEntries(
    Array.from(tables, ([name, { table, grain }]) => [name, { table, grain, cannotSee, lost }]),
  );
};

const refuse = (what: string): never => {
  throw new FridayError('usage', what, {
    next: "Write bpftrace('tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }').",
  });
};

const LONGEST = 1_000_000;
const MOST = 500e6;

/** A program of bpftrace by its text. */
export const bpftraceProgram = (text: unknown): OwnProgram => {
  if (typeof text !== 'string' || text.trim() === '') return refuse(`bpftrace: expected the text of a program, got ${JSON.stringify(text)}`); // prettier-ignore
  if (text.includes('\0')) return refuse('bpftrace: the text holds a NUL character');
  if (text.length > LONGEST) return refuse(`bpftrace: the text is longer than ${String(LONGEST)} characters`);
  return {
    name: 'bpftrace',
    what: 'bpftrace',
    program: ownBpftrace(text.endsWith('\n') ? text : `${text}\n`),
    attaches: true,
    maxBytes: MOST,
    lacks: bpftraceLacks,
    failure: refused,
    read: (output) => read(text, output),
  };
};

/** Runs a program of bpftrace on the hosts and reads its maps and lines as tables. */
export const bpftracing = (backends: readonly Backend[], text: string, options: OwnOptions = {}): Pending<Answers> =>
  captureOwn(backends, bpftraceProgram(text), {
    options,
    known: OWN_OPTIONS,
    code: `host.bpftrace(${JSON.stringify(text)}, ${JSON.stringify(options)})`,
    pick: (answers) => answers,
  });
