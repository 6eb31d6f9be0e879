import type { CheckRow } from '../../api.ts';
import { printable } from '../../printable.ts';
import type { HostRights, Lack, Way } from '../../questions/way.ts';
import type { ProgramFact } from '../../recording/format.ts';
import { type Budget, needsOf } from '../budget.ts';
import { typed } from '../by-program.ts';
import { programsOf } from '../ways.ts';
import { type HostSeen, tracepointsIn } from './host.ts';
import { AS_ROOT } from './sudo.ts';
import { tracefsLack } from './tracefs-lack.ts';
import { lackOf, triedRow, type TriedWays } from './try.ts';

/** What the login may run, what it could run if the caller allowed sudo, and what a program may use. */
interface Rights {
  readonly rights: HostRights;
  readonly withSudo: HostRights;
  readonly budget: Budget | undefined;
  readonly tried?: TriedWays | undefined;
  readonly host: HostSeen | undefined;
}

/** What you can do about a lack; that sudo fixes it is only said where sudo does. */
export const fixOf = (
  way: Pick<Way, 'tool' | 'lacks'>,
  { verdict, fix }: Lack,
  { withSudo }: Pick<Rights, 'withSudo'>,
): string => {
  if (verdict !== 'not allowed') return printable(fix, 500);
  const left = way.lacks(withSudo, {});
  if (left !== undefined) return printable(left.fix, 500);
  return withSudo.root ? printable(fix, 500) : `${AS_ROOT}: sudo lets this login run ${way.tool}`;
};

/** Why the programs of a way find no tracepoints, as far as the host was looked at. */
const eventsLack = (way: Way, { rights, host }: Rights): Lack | undefined =>
  host && tracefsLack(programsOf(way, {}, rights).flatMap(tracepointsIn), { tool: way.tool, rights, seen: host });

const cannotRow = (way: Way, lack: Lack, looked: Rights) =>
  ({ verdict: lack.verdict, cannotSee: lack.why, costs: '', fix: fixOf(way, lack, looked), known: 'likely' }) as const;

/** One way of a question on a live host: whether a program can run there, and what it would not see. */
export const wayRow = (question: string, way: Way, looked: Rights): Omit<CheckRow, 'host'> => {
  const { rights, budget, tried } = looked;
  const lack = lackOf(way, looked);
  const about = { about: 'question', question, tool: way.tool } as const;
  if (lack !== undefined) return { ...about, ...cannotRow(way, lack, looked) };
  const attempt = tried?.get(way);
  if (attempt !== undefined) return { ...about, ...triedRow(way, attempt, rights) };
  const events = eventsLack(way, looked);
  if (events !== undefined) return { ...about, ...cannotRow(way, events, looked) };
  const command = programsOf(way, {}, rights).map(typed)[0]?.split('\n')[0] ?? '';
  return {
    ...about,
    verdict: 'yes',
    cannotSee: way.cannotSee.join('; '),
    costs: `runs ${printable(command, 300)}${budget === undefined ? '' : `; now ${needsOf(way, {}, budget)}`}`,
    fix: '',
    known: 'likely',
  };
};

/** One way of a question in a recording: whether its program ran there. */
export const recordedWayRow = (question: string, way: Way, fact: ProgramFact | undefined): Omit<CheckRow, 'host'> => {
  const about = { about: 'question', question, tool: way.tool } as const;
  const again = 'record again; await host.check() on the live host shows what each tool lacks';
  const refused = fact?.refused.find(({ tool }) => tool === way.tool);
  if (fact?.program.tool !== way.tool)
    return {
      ...about,
      verdict: 'no',
      cannotSee: refused?.why ?? 'it did not run in this recording',
      costs: '',
      fix: again,
      known: 'recorded',
    };
  const costs = `took ${fact.cpu.toFixed(2)} s CPU and ${(fact.bytes / 1e6).toFixed(1)} MB`;
  if (fact.bytes === 0)
    return { ...about, verdict: 'no', cannotSee: fact.why ?? 'no output', costs, fix: again, known: 'recorded' };
  const { status, why } = fact;
  return {
    ...about,
    verdict: status === 'ok' ? 'yes' : 'partly',
    cannotSee: [...way.cannotSee, ...(why === undefined ? [] : [why])].join('; '),
    costs,
    fix: status === 'ok' ? '' : again,
    known: 'recorded',
  };
};
