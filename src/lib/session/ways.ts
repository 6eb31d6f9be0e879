import { unknownName } from '../answer/names.ts';
import type { Grain } from '../answer/how.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';
import type { Question } from '../questions/question.ts';
import type { HostRights, Lack, ProgramOptions, RunnableWay } from '../questions/way.ts';
import type { Program } from '../sources/program.ts';
import type { OwnProgram, ProgramOrder } from '../../recorder/client.ts';
import { type Budget, overBudget } from './budget.ts';
import { throughSudo } from './through-sudo.ts';

/** What a program answers: a question, or that the caller gave it. */
export type Answered = Pick<Question, 'name' | 'sources'> & { readonly ways?: readonly RunnableWay[] };

/** A question that a program on the host answers, with the caller's options. */
export interface AskedProgram {
  readonly question: Answered;
  /** Set if the program is the caller's own. */
  readonly own?: OwnProgram | undefined;
  /** Whether a program that was recorded is the caller's own. */
  readonly isSame?: (recorded: Program) => boolean;
  /** The tool that the caller wants, and the detail that it needs. */
  readonly tool?: string | undefined;
  readonly need?: Grain | undefined;
}

/** From the most detail to the least: a finer one can be summed up to a coarser one. */
const GRAINS: readonly Grain[] = ['events', 'histogram', 'totals'];

/** What ways are judged by: what the host has, and what the capture may use there; without a budget, that is not judged. */
export interface Judging {
  readonly host: HostRights;
  readonly budget?: Budget | undefined;
}

const lacksOf = (
  way: RunnableWay,
  { need, tool }: AskedProgram,
  options: ProgramOptions,
  { host, budget }: Judging,
): Lack | undefined => {
  if (tool !== undefined && tool !== way.tool)
    return { verdict: 'no', why: `tool: '${tool}' was asked for`, fix: 'leave out tool' };
  if (need !== undefined && GRAINS.indexOf(way.grain) > GRAINS.indexOf(need))
    return { verdict: 'no', why: `it gives ${way.grain}, and ${need} are needed`, fix: 'leave out need' };
  return way.lacks(host, options) ?? (budget && overBudget(way, options, budget));
};

const knownTools = ({ ways = [], sources }: Answered): readonly string[] => [
  ...ways.map(({ tool }) => tool),
  ...(sources.length > 0 ? ['/proc'] : []),
];

/** The caller's own program: only it would do. */
const cannotOwn = (question: Answered, [, { verdict, why, fix }]: readonly [RunnableWay, Lack]): FridayError =>
  new FridayError(verdict === 'no' ? 'missing' : 'not-allowed', printable(`${question.name}: ${why}`, 1000), {
    next: printable(`What would help: ${fix}.`, 1000),
  });

/** Two ways of one tool may lack the same. */
const said = (reasons: readonly string[]): string => [...new Set(reasons)].join('; ');

const cannot = (question: Answered, lacks: readonly (readonly [RunnableWay, Lack])[]): FridayError => {
  const isRefused = lacks.every(([, { verdict }]) => verdict === 'not allowed');
  const isOver = lacks.some(([, { overLimit }]) => overLimit === true);
  const why = said(lacks.map(([{ tool }, lack]) => `${tool}: ${lack.why}`));
  const fix = said(lacks.map(([{ tool }, lack]) => `${tool}: ${lack.fix}`));
  return new FridayError(
    isOver ? 'over-limit' : isRefused ? 'not-allowed' : 'missing',
    printable(
      `${question.name}: no tool of this host can answer it${isOver ? ' within the limits' : ''}. ${why}`,
      1000,
    ),
    { next: printable(`What would help: ${fix}.`, 1000) },
  );
};

/** The ways of a question, best first: those that a host can walk, and what it lacks for the others. */
export interface Judged {
  readonly able: readonly RunnableWay[];
  readonly unable: readonly (readonly [RunnableWay, Lack])[];
  /** Those of the latter that are better than the first of the former. */
  readonly better: readonly (readonly [RunnableWay, Lack])[];
}

/** The ways of a question for what is asked: a way that is better for just that comes first. */
const bestFirst = ({ ways = [] }: Answered, options: ProgramOptions): readonly RunnableWay[] =>
  ways.toSorted((a, b) => Number(b.prefers?.(options) ?? false) - Number(a.prefers?.(options) ?? false));

/** Throws 'usage' if no way of the question uses the tool that was asked for. */
export const judgeWays = (asked: AskedProgram, options: ProgramOptions, by: Judging): Judged => {
  const { question, tool } = asked;
  if (tool !== undefined && !knownTools(question).includes(tool))
    return unknownName(`ask('${question.name}') with tool`, tool, knownTools(question));
  const lacks = bestFirst(question, options).map((way) => [way, lacksOf(way, asked, options, by)] as const);
  const first = lacks.findIndex(([, lack]) => lack === undefined);
  const lacking = (some: typeof lacks): Judged['unable'] =>
    some.flatMap(([way, lack]) => (lack === undefined ? [] : [[way, lack] as const]));
  return {
    able: lacks.flatMap(([way, lack]) => (lack === undefined ? [way] : [])),
    unable: lacking(lacks),
    better: lacking(lacks.slice(0, Math.max(0, first))),
  };
};

/** What is started for a way: its program, and the simpler ones if the tool refuses that. */
export const programsOf = (way: RunnableWay, options: ProgramOptions, host: HostRights): readonly Program[] => {
  const programs = [way.program(options, host), ...(way.simpler?.(options, host) ?? [])];
  const limited = host.root ? undefined : host.sudoTools?.[way.tool];
  return limited === undefined ? programs : programs.map((each) => throughSudo(each, limited, options.seconds));
};

/**
 * What the recorder is to start for a question: the ways that this host can walk, best first. Throws 'missing',
 * 'not-allowed' or 'over-limit' if there is none and the question has no sources either.
 */
export const orderFor = (asked: AskedProgram, options: ProgramOptions, by: Judging): ProgramOrder | undefined => {
  const { question } = asked;
  const { sources } = question;
  const { able, unable, better } = judgeWays(asked, options, by);
  const [lack] = unable;
  if (asked.own !== undefined && lack !== undefined) throw cannotOwn(question, lack);
  if (able.length === 0 && sources.length === 0) throw cannot(question, unable);
  if (able.length === 0) return undefined;
  return {
    name: question.name,
    ways: able.flatMap((way) => programsOf(way, options, by.host)),
    skipped: better.map(([{ tool: name }, { why }]) => ({ tool: name, why })),
    ...(by.budget === undefined ? {} : { calibration: by.budget.calibration }),
    ...(asked.own === undefined ? {} : { own: asked.own }),
  };
};
