import { TRACER_CPU } from '../../../recorder/client.ts';
import { inMegabytes, inPercent } from '../../amounts.ts';
import { printable } from '../../printable.ts';
import type { HostRights, ProgramOptions, RunnableWay, TargetProcess } from '../../questions/way.ts';
import type { Program, Target } from '../../sources/program.ts';
import { symbolNeeds } from '../../sources/program-symbols.ts';
import type { Need } from '../backend.ts';
import { typed } from '../by-program.ts';
import { type Budget, needsOf } from '../budget.ts';
import { pidsIn } from '../program-orders.ts';
import { type AskedProgram, judgeWays, programsOf } from '../ways.ts';
import { NOTHING, type Step, stepFor } from './steps.ts';

/** The host and the call that programs are planned for. */
export interface Running {
  readonly need: Need;
  readonly rights: HostRights;
  readonly budget: Budget | undefined;
  readonly process: TargetProcess | undefined;
  readonly right: string;
  readonly stays: string;
}

/** Stands for the pids that an ask looks up first; no process has it, so it can be replaced in the text. */
const UNKNOWN_PID = 2_147_483_647;

const targetOf = ({ target }: Need): Target | undefined =>
  target === undefined ? undefined : { pids: pidsIn(target) ?? [UNKNOWN_PID] };

const typedFor = (program: Program): string => typed(program).replaceAll(String(UNKNOWN_PID), 'PID');

const lookUpStep = (question: string, { need, right, stays }: Running): readonly Step[] => {
  if (need.target === undefined || pidsIn(need.target) !== undefined) return [];
  const overhead = '1 s; finds the processes that target names: PID stands for them below';
  const command = '/proc/[0-9]*/ of all processes, in a recording of its own';
  return [stepFor(question, 'look up', { tool: 'the sampler', command, right, hz: 1, overhead, stays })];
};

const mostOf = ({ own }: AskedProgram): readonly string[] =>
  own === undefined ? [] : [`at most ${inMegabytes(own.maxBytes)} of output, then it is stopped`];

const costOf = (way: RunnableWay, program: Program, options: ProgramOptions, { need, budget }: Running): string => {
  const { seconds, target, maxCpu = TRACER_CPU } = need;
  return [
    `${String(seconds)} s, then up to ${String(program.grace)} s for its last output`,
    ...(way.costs === undefined ? [] : [way.costs]),
    ...(budget === undefined ? [] : [`now ${needsOf(way, options, budget)}`]),
    ...(way.perEvent === undefined || target === undefined || pidsIn(target) !== undefined
      ? []
      : ['the events of PID are counted at the ask']),
    ...(way.perEvent === undefined
      ? []
      : [`above ${inPercent(maxCpu)} of one CPU (maxCpu) it would not be started, or be stopped`]),
  ].join('; ');
};

const fetchStep = (question: string, program: Program, given: Running, seconds: number): readonly Step[] => {
  if (symbolNeeds(program, question) === undefined) return [];
  return [
    stepFor(question, 'fetch afterwards', {
      tool: 'the recorder',
      command: '/proc/kallsyms, and of the processes in the samples /proc/PID/maps, symbol tables and perf maps',
      right: given.right,
      overhead: `at most ${String(seconds)} s and 256 MB; only files that this machine does not have yet`,
      stays: given.stays,
    }),
  ];
};

/** What JVMs are told, if the caller allows it. */
const mapStep = (question: string, program: Program, { need, right }: Running): readonly Step[] => {
  if (need.debugger !== true || symbolNeeds(program, question) === undefined) return [];
  return [
    stepFor(question, 'run', {
      tool: 'jcmd',
      command: 'jcmd PID Compiler.perfmap, afterwards, for up to 8 Java processes in the samples that have no perf map',
      right: `the user of PID, by ${right}`,
      overhead: 'up to 15 s for each; the JVM compiles no method while it writes',
      stays: "the JVM's attach listener with its socket, until it exits; the map is removed",
    }),
  ];
};

/** The ways of one question on this host: what runs, what runs if that does not start, and what is skipped. */
export const programSteps = (asked: AskedProgram, given: Running, symbolSeconds: number): readonly Step[] => {
  const { question } = asked;
  const { need, rights, budget, process, right, stays } = given;
  const options = { ...need.options, target: targetOf(need), seconds: need.seconds, debugger: need.debugger, process };
  const { able, unable } = judgeWays(asked, options, { host: rights, budget });
  const programs = able.flatMap((way) => programsOf(way, options, rights).map((program) => [way, program] as const));
  const runs = programs.map(([way, program], i) =>
    stepFor(question.name, i === 0 ? 'run' : 'run if that fails', {
      tool: way.tool,
      command: typedFor(program),
      right: program.argv[0] === 'sudo' ? `root by sudo, which lets the login run ${way.tool}` : right,
      ...(way.hz === undefined ? {} : { hz: need.options?.hz ?? way.hz }),
      overhead: [costOf(way, program, options, given), ...mostOf(asked)].join('; '),
      stays,
    }),
  );
  const skipped = unable.map(
    ([{ tool }, { why, fix }]) =>
    stepFor(question.name, 'skip', { tool, overhead: NOTHING, stays: NOTHING, why: printable(`${why}; what would help: ${fix}`, 600) }), // prettier-ignore
  );
  const [, first] = programs[0] ?? [];
  const before = able.length === 0 ? [] : lookUpStep(question.name, given);
  const after =
    first === undefined
      ? []
      : [...mapStep(question.name, first, given), ...fetchStep(question.name, first, given, symbolSeconds)];
  return [...before, ...runs, ...after, ...skipped];
};
