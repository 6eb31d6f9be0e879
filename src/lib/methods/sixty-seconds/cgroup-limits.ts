import type { Row } from '../../questions/question.ts';
import { isRootCgroup } from '../waiting/cgroups.ts';
import { numberOf, totalOf } from '../waiting/seconds.ts';
import { count, nothing, percent, type Step } from './step.ts';

const THROTTLED = 0.05;

/** The cgroup with the most of a column, and its total over the window. */
const most = (rows: readonly Row[], column: string) => {
  const groups = [...Map.groupBy(rows, (row) => String(row['cgroup']))].map(([cgroup, own]) => ({
    cgroup,
    total: totalOf(own, column),
    worst: own.reduce((top, row) => Math.max(top, numberOf(row, column) ?? 0), 0),
  }));
  const [top] = groups.filter(({ total }) => total > 0).sort((a, b) => b.total - a.total || b.cgroup.length - a.cgroup.length); // prettier-ignore
  return top;
};

/** cpu.stat, memory.events, pids.events: did a cgroup run into its limits. */
export const cgroupLimits: Step = {
  command: 'cgroup limits',
  key: 'cgroupLimits',
  question: 'cgroup-limits',
  component: 'limits',
  ask: 'Was a cgroup stopped by its CPU quota or its limit on processes?',
  threshold: 'a cgroup throttled for 5 % of a second, one process killed or one fork refused by its limit',
  judge(rows) {
    if (rows.length === 0) return nothing('The limits of cgroups (/sys/fs/cgroup)');
    const own = rows.filter((row) => !isRootCgroup(row));
    const [throttled, killed, refused, memory] = ['throttled', 'oomKills', 'refused', 'max'].map((column) => most(own, column)); // prettier-ignore
    const figures = [
      throttled &&
        `${throttled.cgroup} was throttled by its CPU quota for ${percent(throttled.worst)} of the worst second`,
      killed && `the OOM killer killed ${count(Math.round(killed.total))} of ${killed.cgroup}`,
      refused && `${refused.cgroup} was refused ${count(Math.round(refused.total))} forks by pids.max`,
      memory && `${memory.cgroup} reached its memory limit ${count(Math.round(memory.total))} times (see free for whether tasks waited)`, // prettier-ignore
    ].filter((each) => each !== undefined);
    const say = `${figures.join('; ')}.`;
    if (throttled && throttled.worst >= THROTTLED)
      return { verdict: 'suspect', say, culprit: `CPU quota of ${throttled.cgroup}`, component: 'CPU', pressure: 0.5 + Math.min(1, throttled.worst) }; // prettier-ignore
    if (refused) return { verdict: 'suspect', say, culprit: `pids.max of ${refused.cgroup}`, pressure: 1.5 };
    if (killed)
      return { verdict: 'suspect', say, culprit: `memory limit of ${killed.cgroup}`, component: 'memory', pressure: 3 };
    if (throttled)
      return {
        verdict: 'undecided',
        say,
        culprit: '',
        component: 'CPU',
        pressure: 0,
        open: `CPU (quota of ${throttled.cgroup})`,
      };
    return {
      verdict: 'cleared',
      say: figures.length > 0 ? say : 'No cgroup reached a limit.',
      culprit: '',
      pressure: 0,
    };
  },
  figure: { kind: 'table', of: 'throttled' },
  next: {
    say: 'Which cgroups are throttled, and when?',
    code: "(await host.ask('cgroup-limits', { seconds: 10 })).filter((d) => d.kind === 'cpu').line('throttled', { by: 'cgroup' })",
  },
};
