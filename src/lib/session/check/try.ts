import type { RecorderClient, Tried } from '../../../recorder/client.ts';
import type { CheckRow } from '../../api.ts';
import { printable } from '../../printable.ts';
import type { HostRights, Lack, Way } from '../../questions/way.ts';
import { type Budget, overBudget } from '../budget.ts';
import { typed } from '../by-program.ts';
import type { Asked } from '../names.ts';
import { programsOf } from '../ways.ts';

/** What came of the ways that seemed possible. */
export type TriedWays = ReadonlyMap<Way, Tried>;

interface Trying {
  readonly rights: HostRights;
  readonly budget: Budget | undefined;
  readonly sudo: boolean;
}

/** Words of tools, and of the kernel through them, that mean a missing right and not a missing feature. */
const REFUSED =
  /not permitted|no permission|permission denied|not allowed|access to performance monitoring|only supports running as the root|lockdown|must have a tty|password is required/i;

/** Why a way is not possible by what is known of the host; undefined if it is likely to be. */
export const lackOf = (way: Way, { rights, budget }: Omit<Trying, 'sudo'>): Lack | undefined =>
  way.lacks(rights, {}) ?? (budget && overBudget(way, {}, budget));

const FILTERED = 'a seccomp filter limits the system calls of this login';

const refusal = (
  way: Way,
  { refused, warnings }: Tried,
  { seccomp }: HostRights,
): Pick<CheckRow, 'verdict' | 'cannotSee'> => {
  const words = refused.map(({ why }) => why).join('; ');
  const why = printable(
    [words === '' ? `${way.tool} did not attach` : words, ...warnings, ...(seccomp === true ? [FILTERED] : [])].join(
      '; ',
    ),
    1000,
  );
  return { verdict: REFUSED.test(why) ? 'not allowed' : 'no', cannotSee: why };
};

/** The verdict on a way that was tried: its own words if it did not attach, else after how many seconds it did. */
export const triedRow = (
  way: Way,
  tried: Tried,
  rights: HostRights,
): Omit<CheckRow, 'host' | 'about' | 'question' | 'tool'> => {
  const { program, seconds = 0, refused, warnings } = tried;
  if (program === undefined) {
    const command = programsOf(way, {}, rights).map(typed).at(-1)?.split('\n')[0] ?? '';
    const fix = printable(`see what the tool says on the host: ${command}`, 500);
    return { ...refusal(way, tried, rights), costs: '', fix, known: 'tried' };
  }
  const without = refused.map(({ why }) => `a program that sees more did not start: ${why}`);
  const command = printable(typed(program).split('\n')[0] ?? '', 300);
  return {
    verdict: 'yes',
    cannotSee: printable([...way.cannotSee, ...without, ...warnings].join('; '), 1000),
    costs: `attached in ${seconds.toFixed(1)} s; runs ${command}`,
    fix: '',
    known: 'tried',
  };
};

/**
 * Attaches every way for a moment that by its rights and tools seems possible: those of one tool one after the other, so
 * that a host has at most one program of each at a time.
 */
export const tryWays = async (
  client: Pick<RecorderClient, 'try'>,
  wanted: ReadonlyMap<string, Asked>,
  trying: Trying,
): Promise<TriedWays> => {
  const ways = [...wanted.values()].flatMap((asked) => (asked.kind === 'question' ? (asked.question.ways ?? []) : []));
  const likely = [...new Set(ways)].filter((way) => lackOf(way, trying) === undefined);
  const { rights, sudo } = trying;
  const found = new Map<Way, Tried>();
  const inTurn = async (each: readonly Way[]): Promise<void> => {
    for (const way of each)
      found.set(way, await client.try({ name: way.tool, ways: programsOf(way, {}, rights) }, { sudo }));
  };
  await Promise.all([...Map.groupBy(likely, ({ tool }) => tool).values()].map(inTurn));
  return found;
};
