import { printable } from '../printable.ts';
import { fixOf, type Trouble } from './health-fix.ts';
import type { BinaryHealth, StackHealth } from './health.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Below these shares a warning would be noise. */
const WORTH_SAYING = { broken: 0.05, unknown: 0.1, truncated: 0.01 };
/** Binaries named in warnings. */
const MOST = 3;

/** What each kind of ill health comes from, and how its warning begins. */
const kinds: readonly {
  readonly key: 'broken' | 'unknown' | 'truncated';
  readonly from: readonly Trouble[];
  readonly say: string;
}[] = [
  {
    key: 'broken',
    from: ['no frame pointers', 'no map'],
    say: 'of the stacks do not reach the start of their program: their callers are missing or wrong.',
  },
  {
    key: 'unknown',
    from: ['symbols elsewhere', 'no symbols', 'no map', 'kernel hidden', 'no frame pointers'],
    say: 'of the frames have no name.',
  },
  { key: 'truncated', from: ['depth limit'], say: 'of the stacks are cut at the depth limit.' },
];

type Kind = (typeof kinds)[number];

/** The binaries most to blame, each once, a line each: what is wrong there and what fixes it. */
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

/** The stacks' health as warnings, worst first within a kind: nothing where nothing is wrong. */
export const sayHealth = (health: StackHealth): string[] => {
  if (health.flat)
    return [`No stack has a caller: the profile holds no call graphs. ${fixOf('no stacks', '', 'native')}`];
  return kinds.flatMap((kind) =>
    health[kind.key] <= WORTH_SAYING[kind.key]
      ? []
      : [`${percent(health[kind.key])} ${kind.say}`, ...worst(health.binaries, kind)],
  );
};
