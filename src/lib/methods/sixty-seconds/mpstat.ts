import { meansBy, numbers, mean, nothing, percent, type Step } from './step.ts';

const HOT = 0.9;
const REST = 0.6;

/** mpstat -P ALL 1: is one CPU hot while the others idle (one thread, one interrupt line). */
export const mpstat: Step = {
  command: 'mpstat -P ALL 1',
  key: 'mpstat',
  question: 'cpu-utilization',
  component: 'CPU',
  ask: 'Is the work spread over the CPUs, or is one of them the bottleneck?',
  threshold: 'one CPU busy at least 90 % while all together are below 60 %; or all together at least 80 %',
  judge(rows) {
    const each = rows.filter(({ cpu }) => cpu !== 'all');
    const all = mean(
      numbers(
        rows.filter(({ cpu }) => cpu === 'all'),
        'busy',
      ),
    );
    const [hottest] = meansBy(each, 'cpu', 'busy');
    if (hottest === undefined) return nothing('/proc/stat');
    const [cpu, share] = hottest;
    const lone = share >= HOT && all < REST;
    const figures = `All CPUs together ${percent(all)} busy, the busiest (CPU ${cpu}) ${percent(share)}`;
    if (lone)
      return {
        verdict: 'suspect',
        say: `${figures}: one CPU is the bottleneck.`,
        culprit: `CPU ${cpu}`,
        pressure: share / HOT,
      };
    if (all >= 0.8)
      return { verdict: 'suspect', say: `${figures}: all CPUs are busy.`, culprit: '', pressure: all / 0.8 };
    return { verdict: 'cleared', say: `${figures}: no CPU is the bottleneck.`, culprit: '', pressure: share / HOT / 2 };
  },
  figure: { kind: 'line', of: 'busy', by: 'cpu' },
  next: { say: 'Which processes run on it.', code: "await host.ask('pidstat', { seconds: 10 })" },
};
