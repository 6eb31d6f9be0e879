import type { RowOf } from '../../questions/rows.ts';
import { largestBySecond, numberOf } from '../waiting/seconds.ts';
import { isZero, percent } from '../amounts.ts';
import { defineStep, ENABLE_PRESSURE, noCulprit, nothing } from '../step.ts';

const RESOURCES = [
  ['cpu', 'a CPU'],
  ['memory', 'memory'],
  ['io', 'I/O'],
] as const;

/** Waits in at least this share of one second are left to vmstat, free and iostat, which know who waited and how often. */
const WAITED = 0.2;

/** The largest share of one second in which some, or all, tasks waited for a resource. */
const worstOf = (rows: readonly RowOf<'pressure'>[], resource: string, column: 'some' | 'full'): number => {
  const own = rows.filter((row) => row.resource === resource);
  const seconds = largestBySecond(
    own,
    ({ t }) => Number(t),
    (row) => numberOf(row, column),
  );
  return Math.min(
    1,
    [...seconds.values()].reduce((top, { value }) => Math.max(top, value), 0),
  );
};

/** /proc/pressure: in what share of each second did tasks wait? */
export const pressure = defineStep({
  command: '/proc/pressure',
  key: 'pressure',
  question: 'pressure',
  component: 'load',
  threshold: 'tasks waited in 20 % of a second or more; vmstat (CPU), free (memory) and iostat (I/O) judge these waits',
  judge(rows) {
    if (rows.length === 0) return nothing('Pressure (/proc/pressure, Linux 4.20 and later, psi=1)');
    const all = RESOURCES.map(([resource, name]) => ({
      name,
      some: worstOf(rows, resource, 'some'),
      full: worstOf(rows, resource, 'full'),
    }));
    const waited = all
      .filter(({ some }) => !isZero(some))
      .map(
        ({ name, some, full }) => `for ${name} ${percent(some)}${isZero(full) ? '' : ` (all tasks: ${percent(full)})`}`,
      );
    const others = all.filter(({ some }) => isZero(some)).map(({ name }) => name);
    const nobody = others.length === 0 ? '' : ` No task waited for ${others.join(' or ')}.`;
    const most = waited.length === 0 ? '' : `Share of the worst second in which tasks waited: ${waited.join(', ')}.`;
    const long = all.some(({ some }) => some >= WAITED);
    const say = `${most}${nobody}${long ? ' See vmstat (CPU), free (memory) and iostat (I/O) for who waited.' : ''}`;
    return noCulprit(long ? 'undecided' : 'cleared', say.trim());
  },
  figure: { kind: 'line', of: 'some', by: 'resource' },
  next: {
    say: 'In which cgroups did tasks wait?',
    code: "(await host.ask('cgroup-pressure', { seconds: 10 })).filter((d) => d.resource === 'cpu').line('some', { by: 'cgroup' })",
  },
  fix: {
    'not checked': ENABLE_PRESSURE,
  },
});
