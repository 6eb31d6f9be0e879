import { count } from '../amounts.ts';
import { defineStep, noCulprit, nothing } from '../step.ts';

const trend = (load1: number, load15: number): string => {
  if (load1 > load15 * 1.5 && load1 - load15 > 0.5) return 'rising';
  if (load15 > load1 * 1.5 && load15 - load1 > 0.5) return 'falling';
  return 'steady';
};

/** uptime: the load average. It blames no resource, since it counts tasks in uninterruptible sleep too. */
export const uptime = defineStep({
  command: 'uptime',
  key: 'uptime',
  question: 'load-average',
  component: 'load',
  threshold: '1-minute load above the number of CPUs: tasks wait for a CPU, or are in uninterruptible sleep',
  judge(rows, { host }) {
    const { load1, load5, load15 } = rows.at(-1) ?? {};
    if (typeof load1 !== 'number' || typeof load5 !== 'number' || typeof load15 !== 'number')
      return nothing('The load average');
    const many = load1 > host.cpus;
    const figures = `Load ${load1.toFixed(2)}, ${load5.toFixed(2)}, ${load15.toFixed(2)} (1, 5, 15 min) on ${count(host.cpus)} CPUs, ${trend(load1, load15)}`;
    const say = many
      ? 'more tasks than CPUs run, wait for a CPU or are in uninterruptible sleep; see vmstat and iostat for which.'
      : 'not more tasks than CPUs. A mean over a minute hides bursts; the next steps look at each second.';
    return noCulprit(many ? 'undecided' : 'cleared', `${figures}: ${say}`, { pressure: load1 / host.cpus });
  },
  figure: { kind: 'line', of: 'load1' },
  next: {
    say: 'Do tasks run, or are they blocked?',
    code: "(await host.ask('vmstat', { seconds: 10 })).line('runnable')",
  },
  fix: {},
});
