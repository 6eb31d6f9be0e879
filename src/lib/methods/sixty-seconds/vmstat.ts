import { type CpuWaits, cpuWaits } from '../waiting/cpu.ts';
import { forgiven, nobodyWaited, waitedFor } from '../waiting/say.ts';
import { numberOf } from '../waiting/seconds.ts';
import { count, percent } from '../amounts.ts';
import { mean, most, numbers } from '../means.ts';
import { defineStep, ENABLE_PRESSURE, noCulprit, nothing } from '../step.ts';

const STEAL = 0.1;

const whyUndecided = ({ forOurs, unexplained }: CpuWaits): string => {
  if (forOurs)
    return ', but our own sampling used at least half of the CPU time in use, so the waiting may be its own. Capture with a lower hz, or trace run-queue latency.';
  return unexplained
    ? ', while no CPU was busy for as long: a CPU quota, or a hypervisor that takes CPU time without reporting it (steal). Tracing run-queue latency would decide.'
    : ': not enough for a verdict. Tracing run-queue latency would decide.';
};

/** vmstat 1: do tasks wait for a CPU? */
export const vmstat = defineStep({
  command: 'vmstat 1',
  key: 'vmstat',
  question: 'system-activity',
  component: 'CPU',
  also: ['pidstat', 'runDelay'],
  threshold:
    'a task waited for a CPU in 25 % of one second or in 15 % of two (pressure, run delay of CPUs and of main threads), counting waits of at least 0.2 ms, without background processes; or the hypervisor took 10 % of two seconds (steal)',
  judge(rows, seen) {
    const idle = numbers(rows, 'idle');
    if (idle.length === 0) return nothing('/proc/stat');
    const busy = Math.max(0, 1 - mean(idle) - mean(numbers(rows, 'wait')));
    const figures = `CPUs ${percent(busy)} busy, ${count(mean(numbers(rows, 'runnable')))} runnable tasks on ${count(seen.host.cpus)} CPUs`;
    const stolen = numbers(rows, 'steal').filter((share) => share >= STEAL);
    if (stolen.length >= 2) {
      const say = `${figures}; the hypervisor took ${percent(most(stolen))} of the CPU time in the worst second (steal): virtual CPUs of this host waited for physical CPUs.`;
      return { verdict: 'suspect', say, culprit: 'the hypervisor (steal)', pressure: 0.3 + most(stolen) };
    }
    const waits = cpuWaits(seen);
    if (!waits.measured)
      return noCulprit(
        'not checked',
        `${figures}. This kernel has no pressure (PSI) and no schedstat, so waiting for a CPU was not measured; tracing run-queue latency would measure it.`,
      );
    const by = waits.waiter === undefined ? '' : `, ${String(waits.waiter.process)} most (${percent(Math.min(1, numberOf(waits.waiter, 'wait') ?? 0))})`; // prettier-ignore
    if (waits.level === 'none')
      return noCulprit('cleared', `${figures}; ${nobodyWaited('a CPU', waits)}${forgiven(waits)}.`, { pressure: waits.worst }); // prettier-ignore
    const say = `${figures}; ${waitedFor('a CPU', waits)}${by}`;
    return waits.level === 'much'
      ? noCulprit('suspect', `${say}.`, { pressure: waits.worst })
      : noCulprit('undecided', `${say}${whyUndecided(waits)}`, {
          pressure: waits.worst,
          open: `CPU (tasks waited in ${percent(waits.worst)} of one second)`,
        });
  },
  figure: { kind: 'line', of: 'cpuPressure', else: 'runnable' },
  next: {
    say: 'Which processes use the CPUs, and which wait?',
    code: "(await host.ask('pidstat', { seconds: 10 })).orderby('wait', 'down').show({ rows: 10 })",
  },
  fix: {
    suspect:
      'Limit, move or speed up what uses the CPUs (CPUWeight=, CPUQuota=), or add CPUs; for steal, move the virtual machine.',
    undecided: 'Trace run-queue latency: perf sched record -- sleep 10 && perf sched latency',
    'not checked': ENABLE_PRESSURE,
  },
});
