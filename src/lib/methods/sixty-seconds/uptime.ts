import { count, nothing, type Step } from './step.ts';

const trend = (one: number, fifteen: number): string => {
  if (one > fifteen * 1.5 && one - fifteen > 0.5) return 'rising';
  if (fifteen > one * 1.5 && fifteen - one > 0.5) return 'falling';
  return 'steady';
};

/** uptime: how much work, and is it more than before. It names no resource: waiting for a disk counts as load, too. */
export const uptime: Step = {
  command: 'uptime',
  key: 'uptime',
  question: 'load-average',
  component: 'load',
  ask: 'How much work wants to run, and is it more than a quarter of an hour ago?',
  threshold: '1-minute load above the number of CPUs: more work than CPUs, or tasks that wait for a disk',
  judge(rows, { host }) {
    const { load1: one, load5: five, load15: fifteen } = rows.at(-1) ?? {};
    if (typeof one !== 'number' || typeof five !== 'number' || typeof fifteen !== 'number')
      return nothing('The load average');
    const many = one > host.cpus;
    const figures = `Load ${one.toFixed(2)}, ${five.toFixed(2)}, ${fifteen.toFixed(2)} (1, 5, 15 min) on ${count(host.cpus)} CPUs, ${trend(one, fifteen)}`;
    return {
      verdict: many ? 'undecided' : 'cleared',
      say: many
        ? `${figures}: more than the CPUs can run at once, or waiting in the kernel; the next steps tell which.`
        : `${figures}: no queue.`,
      culprit: '',
      pressure: one / host.cpus,
    };
  },
  figure: { kind: 'line', of: 'load1' },
  next: {
    say: 'Which of the two it is: running tasks or blocked ones.',
    code: "await host.ask('vmstat', { seconds: 10 })",
  },
};
