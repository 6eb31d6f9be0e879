import type { RowOf } from '../../questions/rows.ts';
import { largestBySecond, numberOf, totalOf } from '../waiting/seconds.ts';
import { bytes, count } from '../amounts.ts';
import { meansBy } from '../means.ts';
import { defineStep, noCulprit, nothing } from '../step.ts';

const isOutside = (row: RowOf<'network-interfaces'>): boolean => row.interface !== 'lo';

/** sar -n DEV 1: do interfaces drop packets or report errors? */
export const sarDev = defineStep({
  command: 'sar -n DEV 1',
  key: 'sarDev',
  question: 'network-interfaces',
  component: 'network',
  threshold:
    'in one second at least one packet, and 0.1 % of all, dropped or with errors (utilization is not judged: link speed is not in /proc)',
  judge(rows) {
    if (rows.length === 0) return nothing('/proc/net/dev');
    const outside = rows.filter(isOutside);
    const [top] = meansBy(outside, 'interface', 'bytes');
    const traffic = top === undefined || top[1] === 0 ? 'No traffic except on lo' : `Most traffic except on lo: ${top[0]} with ${bytes(top[1])}/s`; // prettier-ignore
    const worst = [...largestBySecond(outside, (row) => Number(row.t), (row) => numberOf(row, 'lost')).values()].sort((a, b) => b.value - a.value)[0]; // prettier-ignore
    if (worst === undefined || worst.value === 0)
      return noCulprit('cleared', `${traffic}; no interface dropped a packet. Drops of queueing disciplines are not in /proc: tc -s qdisc.`); // prettier-ignore
    const name = String(worst.row.interface);
    const packets = numberOf(worst.row, 'packets') ?? 0;
    const bad = worst.value >= 1 && worst.value >= packets * 0.001;
    const broken = totalOf(outside, 'errors') >= 1;
    const say = `${traffic}; ${name} lost ${count(worst.value)} of ${count(packets)} packets in the worst second`;
    if (bad)
      return { verdict: 'suspect', say: `${say}.`, culprit: name, pressure: 0.6 + 0.1 * Math.log10(1 + worst.value) };
    return broken
      ? noCulprit('undecided', `${say}, some of them with errors: ethtool -S ${name} shows which.`, {
          open: `network (packets with errors on ${name})`,
        })
      : noCulprit('cleared', `${say}: this counter includes packets for which no protocol handler exists.`);
  },
  figure: { kind: 'line', of: 'bytes', by: 'interface', without: { column: 'interface', value: 'lo' } },
  next: {
    say: 'How many packets are lost on each interface? For the reasons see ethtool -S and tc -s qdisc.',
    code: "(await host.ask('sar -n DEV', { seconds: 10 })).line('lost', { by: 'interface' })",
  },
  fix: {
    suspect:
      'Depending on what ethtool -S INTERFACE shows: a larger ring (ethtool -G), more queues (ethtool -L), a faster link.',
    undecided: 'Check the cable, the transceiver and the duplex setting: ethtool INTERFACE',
  },
});
