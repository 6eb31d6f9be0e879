import { count, mean, most, nothing, numbers, percent, type Step } from './step.ts';

/** vmstat 1: are the CPUs saturated, does it swap, do tasks block. */
export const vmstat: Step = {
  command: 'vmstat 1',
  key: 'vmstat',
  question: 'system-activity',
  component: 'CPU',
  ask: 'Do tasks queue for the CPUs, does the host swap, do tasks wait for I/O?',
  threshold:
    'CPUs busy at least 80 % with more runnable tasks than CPUs on average, or 20 % of the time somebody waiting for a CPU (pressure)',
  judge(rows, { host }) {
    const idle = numbers(rows, 'idle');
    if (idle.length === 0) return nothing('/proc/stat');
    const wait = mean(numbers(rows, 'wait'));
    const busy = Math.max(0, 1 - mean(idle) - wait);
    const runnable = mean(numbers(rows, 'runnable'));
    const pressure = mean(numbers(rows, 'cpuPressure'));
    const saturated = (busy >= 0.8 && runnable > host.cpus) || (busy >= 0.5 && pressure >= 0.2);
    const figures = `CPUs ${percent(busy)} busy, ${count(runnable)} runnable tasks on ${count(host.cpus)} CPUs, switches ${count(mean(numbers(rows, 'switches')))}/s`;
    const swap = most([...numbers(rows, 'swapIn'), ...numbers(rows, 'swapOut')]);
    const say = saturated
      ? `${figures}: tasks queue for the CPU.`
      : `${figures}: no queue for the CPU${swap > 0 ? '; the host swaps' : ''}.`;
    return {
      verdict: saturated ? 'suspect' : 'cleared',
      say,
      culprit: '',
      pressure: Math.max(busy / 0.8, pressure / 0.2),
    };
  },
  figure: { kind: 'line', of: 'runnable' },
  next: { say: 'Who takes the CPUs, and in which code.', code: "await host.ask('pidstat', { seconds: 10 })" },
};
