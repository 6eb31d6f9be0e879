import type { RowOf } from '../../questions/rows.ts';
import { cpuWaits } from '../waiting/cpu.ts';
import { numberOf, secondOf } from '../waiting/seconds.ts';
import { isOurs } from '../../our-processes.ts';
import { count, percent } from '../amounts.ts';
import { mean, meansBy, numbers } from '../means.ts';
import { defineStep, ENABLE_PRESSURE, noCulprit, nothing, type Seen } from '../step.ts';

const HOT = 0.9;
const REST = 0.7;
const WAITED = 0.15;

/** Seconds in which this CPU was at least 90 % busy, all CPUs together below 70 %, and a task waited for this one. */
const queued = (cpu: string, rows: readonly RowOf<'cpu-utilization'>[], seen: Seen): number => {
  const second = secondOf(seen);
  const all = new Map(rows.filter((row) => row.cpu === 'all').map((row) => [second(row), numberOf(row, 'busy') ?? 0]));
  const hot = rows.filter((row) => row.cpu === cpu && (numberOf(row, 'busy') ?? 0) >= HOT && (all.get(second(row)) ?? 1) < REST); // prettier-ignore
  const delayed = seen.rows('run-delay').filter((row) => row.cpu === cpu && (numberOf(row, 'waited') ?? 0) >= WAITED && (numberOf(row, 'mean') ?? 0) >= 2e-4); // prettier-ignore
  const waiting = seen.rows('process-activity').filter((row) => String(row.onCpu) === cpu && (numberOf(row, 'wait') ?? 0) >= WAITED && !isOurs(row)); // prettier-ignore
  const there = new Set([...delayed, ...waiting].map(second));
  return hot.filter((row) => there.has(second(row))).length;
};

/** mpstat -P ALL 1: do tasks wait for one CPU while others are idle? */
export const mpstat = defineStep({
  command: 'mpstat -P ALL 1',
  key: 'mpstat',
  question: 'cpu-utilization',
  component: 'CPU',
  also: ['pidstat', 'runDelay'],
  threshold:
    'two seconds in which one CPU is at least 90 % busy, all CPUs together below 70 %, and a task waits for that CPU',
  judge(rows, seen) {
    const all = mean(numbers(rows.filter(({ cpu }) => cpu === 'all'), 'busy')); // prettier-ignore
    const [hottest] = meansBy(rows.filter(({ cpu }) => cpu !== 'all'), 'cpu', 'busy'); // prettier-ignore
    if (hottest === undefined) return nothing('/proc/stat');
    const figures = `All CPUs together ${percent(all)} busy, the busiest (CPU ${hottest[0]}) ${percent(hottest[1])}`;
    const cpus = [...new Set(rows.map(({ cpu }) => String(cpu)))].filter((cpu) => cpu !== 'all');
    const found = cpus.map((cpu) => [cpu, queued(cpu, rows, seen)] as const).filter(([, seconds]) => seconds >= 2);
    if (found.length > 0) {
      const names = found.map(([cpu]) => `CPU ${cpu}`).join(', ');
      const say = `${figures}; tasks waited for ${names} in ${count(found[0]?.[1] ?? 0)} seconds while others were idle: pinned tasks, or an interrupt on one CPU.`;
      return { verdict: 'suspect', say, culprit: names, pressure: 0.5 };
    }
    const waits = cpuWaits(seen);
    if (!waits.measured) return noCulprit('not checked', `${figures}; waiting was not measured (see vmstat).`);
    const lone = hottest[1] >= HOT && all < REST;
    const say = lone ? `${figures}: one CPU is busy, and no task is known to have waited for it` : `${figures}: no task waited for a busy CPU while others were idle`; // prettier-ignore
    return waits.level === 'none'
      ? noCulprit('cleared', `${say}.`)
      : noCulprit('undecided', `${say}; but tasks waited for a CPU (see vmstat).`);
  },
  figure: { kind: 'line', of: 'busy', by: 'cpu' },
  next: {
    say: 'Which processes run on that CPU?',
    code: "(await host.ask('pidstat', { seconds: 10 })).filter((d) => d.onCpu === 0).orderby('cpu', 'down').show({ rows: 10 })",
  },
  fix: {
    suspect:
      'Let the pinned tasks run on more CPUs (taskset -cp), or spread the interrupts (/proc/irq/N/smp_affinity).',
    'not checked': ENABLE_PRESSURE,
  },
});
