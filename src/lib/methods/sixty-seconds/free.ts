import { bytes, mean, most, nothing, numbers, percent, type Step } from './step.ts';

/** free -m: is memory short. */
export const free: Step = {
  command: 'free -m',
  key: 'free',
  question: 'memory',
  component: 'memory',
  ask: 'Is memory short: little available, swapping, tasks that wait for reclaim?',
  threshold:
    'less than 10 % of memory available, swapping in most intervals, or 10 % of the time somebody waiting for memory (pressure)',
  judge(rows, seen) {
    const last = rows.at(-1);
    const { available, total } = last ?? {};
    if (typeof available !== 'number' || typeof total !== 'number') return nothing('/proc/meminfo');
    const activity = seen.rows('system-activity');
    const swaps = activity.filter(({ swapIn, swapOut }) => Number(swapIn ?? 0) + Number(swapOut ?? 0) > 0).length;
    const swapping = activity.length > 0 && swaps * 2 > activity.length;
    const stalled = mean(numbers(activity, 'memoryPressure'));
    const share = available / total;
    const short = share < 0.1 || swapping || stalled >= 0.1;
    const figures = `${bytes(available)} of ${bytes(total)} available (${percent(share)})${swaps > 0 ? `, swapping in ${percent(swaps / activity.length)} of the seconds` : ', no swapping'}${stalled >= 0.005 ? `, tasks waited for memory ${percent(stalled)} of the time` : ''}`;
    const pressure = most([0.1 / Math.max(share, 0.001), stalled / 0.1, swapping ? 1 : 0]);
    return {
      verdict: short ? 'suspect' : 'cleared',
      say: `${figures}: memory is ${short ? 'short' : 'not short'}.`,
      culprit: '',
      pressure,
    };
  },
  figure: { kind: 'line', of: 'available' },
  next: { say: 'Who holds it.', code: "(await host.ask('top', { seconds: 2 })).orderby('resident', 'down').slice(10)" },
};
