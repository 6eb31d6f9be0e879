import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Answer } from '../../answer/answer.ts';
import type { OwnOptions } from '../../api.ts';
import { FridayError } from '../../errors.ts';
import { printable } from '../../printable.ts';
import { cpuCounters } from '../../questions/cpu-counters.ts';
import { cpuProfile } from '../../questions/cpu-profile.ts';
import { installing, toolLacks } from '../../questions/needs.ts';
import type { Question } from '../../questions/question.ts';
import type { Captured } from '../../questions/way.ts';
import { symbolsPath } from '../../recording/layout.ts';
import { readArrivals } from '../../sources/bpftrace/arrivals.ts';
import { linesIn, tableOfLines } from '../../sources/command/read.ts';
import { perfStat } from '../../sources/perf-stat/decoder.ts';
import { perfCall, type PerfOutput } from '../../sources/perf-words.ts';
import type { Backend } from '../backend.ts';
import { OWN_OPTIONS } from '../options.ts';
import type { Pending } from '../pending.ts';
import { asDeclared } from '../taken.ts';
import { captureOwn } from './capture-own.ts';
import type { Failed, OwnAnswer, OwnOutput, OwnProgram } from './own-program.ts';
import { wordsOf } from './words.ts';

const NOT_ALLOWED = /perf_event_paranoid|[Pp]ermission|not permitted|access to performance monitoring/;

/** The error of a call that perf did not run, in perf's own words. */
const refused = ({ said, why, exit, os }: Failed): FridayError => {
  const seen = said.slice(0, 4000);
  const words = printable(said.trim().split('\n').filter((line) => line.trim() !== '').slice(0, 3).join(' ') || why, 400); // prettier-ignore
  if (exit === 127 || /exec: perf: not found/.test(said) || /it is not installed/.test(why))
    return new FridayError('missing', 'perf: it is not installed', { next: `What would help: ${installing('perf', os)}.`, seen }); // prettier-ignore
  if (NOT_ALLOWED.test(said))
    return new FridayError('not-allowed', `perf: ${words}`, {
      next: "Connect as root, or with { allow: ['sudo'] } where the login may use sudo; or observe own processes (-p PID, -u).",
      seen,
    });
  return new FridayError('usage', `perf: it does not run this: ${words}`, { next: "Correct what it names. Events of this host: await host.perf(['list']).", seen }); // prettier-ignore
};

/** What a way of a question reads of a program's output. */
const capturedOf = async ({ recording, fact, output, arrivals }: OwnOutput): Promise<Captured> => {
  const { manifest, dir } = recording;
  const folder = symbolsPath(dir);
  const arrived = readArrivals(await readFile(arrivals, 'utf8').catch(() => ''))(0);
  return {
    program: fact.program,
    output,
    symbols: existsSync(folder) ? folder : undefined,
    start: manifest.clocks[0]?.monotonic ?? 0,
    end: manifest.seconds ?? manifest.overhead.wall,
    began: arrived ?? fact.began,
    maps: () => Promise.resolve(new Map()),
  };
};

/** The output as the question's way by perf reads it, in the question's columns. */
const asQuestion = async (question: Question, output: OwnOutput): Promise<OwnAnswer> => {
  const way = question.ways?.find(({ tool }) => tool === 'perf');
  if (way === undefined)
    throw new FridayError('internal', `${question.name}: no way by perf`, { next: 'Report this.' });
  const { table, cannotSee, lost } = await way.read(await capturedOf(output));
  return { table: asDeclared(table, question), grain: way.grain, cannotSee: [...way.cannotSee, ...cannotSee], lost };
};

const READ: Readonly<Record<PerfOutput, (output: OwnOutput) => Promise<OwnAnswer>>> = {
  profile: (output) => asQuestion(cpuProfile, output),
  counters: (output) => asQuestion(cpuCounters, output),
  events: async ({ output }) => {
    const { table, warnings } = await perfStat.decode(createReadStream(output));
    return { table, grain: 'totals', cannotSee: warnings.map(({ say }) => say), lost: 0 };
  },
  // perf trace prints to its standard error.
  lines: async ({ output, said }) => {
    const text = await readFile(output, 'utf8');
    return { table: tableOfLines(linesIn(text === '' ? said : text)), grain: 'events', cannotSee: [], lost: 0 };
  },
};

const MOST: Readonly<Record<PerfOutput, number>> = { profile: 500e6, counters: 64e6, events: 64e6, lines: 64e6 };

/** A call of perf by its words. */
export const perfProgram = (argv: unknown): OwnProgram => {
  const { program, simpler, output } = perfCall(wordsOf('perf', argv));
  return {
    name: 'perf',
    what: `perf ${printable(program.argv[1] ?? '', 30)}`,
    program,
    simpler,
    attaches: output === 'profile',
    maxBytes: MOST[output],
    lacks: (host) => toolLacks('perf', host),
    failure: refused,
    read: async (given) => ({ perf: await READ[output](given) }),
  };
};

/** Runs perf on the hosts and reads its profile, its counts or its lines. */
export const perfing = (
  backends: readonly Backend[],
  argv: readonly string[],
  options: OwnOptions = {},
): Pending<Answer> =>
  captureOwn(backends, perfProgram(argv), {
    options,
    known: OWN_OPTIONS,
    code: `host.perf(${JSON.stringify(argv)}, ${JSON.stringify(options)})`,
    pick: ({ perf }) => perf as Answer,
  });
