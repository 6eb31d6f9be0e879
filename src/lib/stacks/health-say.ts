import { printable } from '../printable.ts';
import { fixOf, type Trouble } from './health-fix.ts';
import type { BinaryHealth } from './health-binaries.ts';
import type { StackHealth } from './health.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** No warning at or below these shares. */
const WORTH_SAYING = { broken: 0.05, unknown: 0.1, truncated: 0.01 };
/** How many binaries a warning names at most. */
const MOST = 3;

/** The kinds of warnings: their possible causes and their first sentence. */
const kinds: readonly {
  readonly key: 'broken' | 'unknown' | 'truncated';
  readonly from: readonly Trouble[];
  readonly say: string;
}[] = [
  {
    key: 'broken',
    from: ['no frame pointers', 'no map'],
    say: 'of the stacks are broken: the walk ended before the start of the program, so callers are missing or wrong.',
  },
  {
    key: 'unknown',
    from: ['symbols elsewhere', 'no symbols', 'no map', 'kernel hidden', 'no frame pointers'],
    say: 'of the frames are unknown: they have no symbol.',
  },
  { key: 'truncated', from: ['depth limit'], say: 'of the stacks are truncated at the depth limit.' },
];

type Kind = (typeof kinds)[number];

/** The binaries that cause most of it, a line each, with the cause and its fix. */
const worst = (binaries: readonly BinaryHealth[], { key, from }: Kind): string[] => {
  const said = new Map<string, string>();
  for (const row of [...binaries].sort((a, b) => b[key] * b.samples - a[key] * a.samples)) {
    const at = row.why.findIndex((trouble) => from.includes(trouble));
    if (at < 0 || row[key] === 0 || said.has(row.binary)) continue;
    const where = [row.binary, row.process].filter((name) => name !== '').join(' in ') || 'this profile';
    said.set(row.binary, printable(`${where}: ${row.why[at] ?? ''}. ${row.fix[at] ?? ''}`));
    if (said.size === MOST) break;
  }
  return [...said.values()];
};

/** The health of the stacks as warnings, most affected binaries first; empty if there is nothing to warn about. */
export const sayHealth = (health: StackHealth): string[] => {
  if (health.flat)
    return [`The profile has no call graphs: no stack has a caller. ${fixOf('no stacks', '', 'native')}`];
  return kinds.flatMap((kind) =>
    health[kind.key] <= WORTH_SAYING[kind.key]
      ? []
      : [`${percent(health[kind.key])} ${kind.say}`, ...worst(health.binaries, kind)],
  );
};

/** The processes that matter whose stacks or names are not readable, a sentence each, with what makes them so. */
export const sayProcesses = ({ samples, processes }: StackHealth): string[] =>
  processes.flatMap(({ process, pid, runtime, samples: own, broken, unknown, why, fix }) => {
    if (why.length === 0) return [];
    const who = [process, ...(pid === undefined ? [] : [String(pid)]), `(${runtime})`].join(' ');
    const what = `${percent(own / samples)} of all samples; ${percent(broken)} of its stacks are cut, ${percent(unknown)} of its user frames have no name: ${why.join(', ')}.`;
    return [printable(`${who}: ${what} ${[...new Set(fix)].join(' ')}`, 1500)];
  });
