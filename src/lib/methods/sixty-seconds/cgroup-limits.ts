import type { NumberIn, RowOf } from '../../questions/rows.ts';
import { isRootCgroup } from '../waiting/cgroups.ts';
import { numberOf, totalOf } from '../waiting/seconds.ts';
import { count, percent } from '../amounts.ts';
import { defineStep, noCulprit, nothing } from '../step.ts';

const THROTTLED = 0.05;

type Limits = RowOf<'cgroup-limits'>;

/** The cgroup with the largest total of a column in the window. */
const most = (rows: readonly Limits[], column: NumberIn<Limits>) => {
  const groups = [...Map.groupBy(rows, (row) => String(row.cgroup))].map(([cgroup, own]) => ({
    cgroup,
    total: totalOf(own, column),
    worst: own.reduce((top, row) => Math.max(top, numberOf(row, column) ?? 0), 0),
  }));
  const [top] = groups.filter(({ total }) => total > 0).sort((a, b) => b.total - a.total || b.cgroup.length - a.cgroup.length); // prettier-ignore
  return top;
};

/** cpu.stat, memory.events, pids.events: did a cgroup reach its limits? */
export const cgroupLimits = defineStep({
  command: 'cgroup limits',
  key: 'cgroupLimits',
  question: 'cgroup-limits',
  component: 'limits',
  threshold:
    'a cgroup throttled for 5 % of a second, a process killed at its memory limit, or a fork refused by pids.max',
  judge(rows) {
    if (rows.length === 0) return nothing('The limits of cgroups (/sys/fs/cgroup)');
    const own = rows.filter((row) => !isRootCgroup(row));
    const [throttled, killed] = [most(own, 'throttled'), most(own, 'oomKills')];
    const [refused, memory] = [most(own, 'refused'), most(own, 'max')];
    const figures = [
      throttled &&
        `${throttled.cgroup} was throttled by its CPU quota in ${percent(throttled.worst)} of the worst second`,
      killed && `the OOM killer killed ${count(Math.round(killed.total))} processes of ${killed.cgroup}`,
      refused && `pids.max refused ${count(Math.round(refused.total))} forks of ${refused.cgroup}`,
      memory && `${memory.cgroup} reached its memory limit ${count(Math.round(memory.total))} times (whether tasks waited: see free)`, // prettier-ignore
    ].filter((each) => each !== undefined);
    const say = `${figures.join('; ')}.`;
    if (throttled && throttled.worst >= THROTTLED)
      return { verdict: 'suspect', say, culprit: `CPU quota of ${throttled.cgroup}`, component: 'CPU', pressure: 0.5 + Math.min(1, throttled.worst) }; // prettier-ignore
    if (refused) return { verdict: 'suspect', say, culprit: `pids.max of ${refused.cgroup}`, pressure: 1.5 };
    if (killed)
      return { verdict: 'suspect', say, culprit: `memory limit of ${killed.cgroup}`, component: 'memory', pressure: 3 };
    if (throttled) return noCulprit('undecided', say, { component: 'CPU', open: `CPU (quota of ${throttled.cgroup})` });
    return noCulprit('cleared', figures.length > 0 ? say : 'No cgroup reached a limit.');
  },
  figure: { kind: 'table', of: 'throttled' },
  next: {
    say: 'When are which cgroups throttled?',
    code: "(await host.ask('cgroup-limits', { seconds: 10 })).filter((d) => d.kind === 'cpu').line('throttled', { by: 'cgroup' })",
  },
  fix: {
    suspect: 'Raise the limit: systemctl set-property UNIT CPUQuota= (or TasksMax=, MemoryMax=)',
    undecided: 'Raise the quota if it throttles again: systemctl set-property UNIT CPUQuota=',
  },
});
