import { bytes, count, meansBy, numbers, nothing, type Step } from './step.ts';

/** sar -n DEV 1: how much goes over the interfaces, and is any of it dropped. */
export const sarDev: Step = {
  command: 'sar -n DEV 1',
  key: 'sarDev',
  question: 'network-interfaces',
  component: 'network',
  ask: 'How much goes over the interfaces, and is any of it dropped or broken?',
  threshold:
    "dropped or broken packets: at least 1 a second and 0.1 % of all (a link's capacity is not in /proc, so utilization cannot be told here)",
  judge(rows) {
    const outside = rows.filter((row) => row['interface'] !== 'lo');
    if (rows.length === 0) return nothing('/proc/net/dev');
    const [top] = meansBy(outside, 'interface', 'bytes');
    const [worst] = meansBy(outside, 'interface', 'lost');
    const traffic =
      top === undefined || top[1] === 0
        ? 'No traffic besides lo'
        : `Most traffic besides lo: ${top[0]} with ${bytes(top[1])}/s`;
    if (worst === undefined || worst[1] === 0)
      return { verdict: 'cleared', say: `${traffic}; nothing was dropped.`, culprit: '', pressure: 0 };
    const own = numbers(
      outside.filter((row) => row['interface'] === worst[0]),
      'packets',
    );
    const packets = own.reduce((sum, value) => sum + value, 0) / Math.max(own.length, 1);
    const bad = worst[1] >= 1 && worst[1] >= packets * 0.001;
    const say = `${traffic}; ${worst[0]} lost ${count(worst[1])} of ${count(packets)} packets/s${bad ? '.' : ', too few to matter.'}`;
    return {
      verdict: bad ? 'suspect' : 'cleared',
      say,
      culprit: bad ? worst[0] : '',
      pressure: worst[1] / Math.max(packets * 0.001, 1),
    };
  },
  figure: { kind: 'line', of: 'bytes', by: 'interface' },
  next: { say: 'Why packets are dropped.', code: "await host.ask('packet-drops', { seconds: 10 })" },
};
