import { count, duration, mean, meansBy, numbers, percent, type Step } from './step.ts';

const BUSY = 0.6;
const SLOW = 0.02;

/** iostat -xz 1: is a disk the bottleneck. */
export const iostat: Step = {
  command: 'iostat -xz 1',
  key: 'iostat',
  question: 'disk-activity',
  component: 'disk',
  ask: 'Is a disk busy, slow, or queued?',
  threshold:
    'a device busy at least 60 % of the time, or requests that wait 20 ms or more on average at 10 requests a second or more',
  judge(rows) {
    const [top] = meansBy(rows, 'device', 'util');
    if (top === undefined) return { verdict: 'cleared', say: 'No disk did any I/O.', culprit: '', pressure: 0 };
    const [device, util] = top;
    const own = rows.filter((row) => row['device'] === device);
    const rate = mean(numbers(own, 'reads')) + mean(numbers(own, 'writes'));
    const wait = mean(numbers(own, 'await'));
    const figures = `Busiest disk: ${device} ${percent(util)} busy, ${count(rate)} requests/s, ${duration(wait)} each, queue ${mean(numbers(own, 'queue')).toFixed(1)}`;
    const slow = wait >= SLOW && rate >= 10;
    if (util < BUSY && !slow)
      return { verdict: 'cleared', say: `${figures}: no disk is the bottleneck.`, culprit: '', pressure: util / BUSY };
    return {
      verdict: 'suspect',
      say: `${figures}: the disk is the bottleneck.`,
      culprit: device,
      pressure: Math.max(util / BUSY, slow ? wait / SLOW : 0),
    };
  },
  figure: { kind: 'line', of: 'util', by: 'device' },
  next: {
    say: 'How the waiting is spread: a heat map of block I/O latency.',
    code: "(await host.ask('block-io-latency', { seconds: 10 })).heatmap('latency')",
  },
};
