import { count, meanTotal, nothing, percent, type Step } from './step.ts';

/** sar -n TCP,ETCP 1: new connections and retransmits. */
export const sarTcp: Step = {
  command: 'sar -n TCP,ETCP 1',
  key: 'sarTcp',
  question: 'tcp',
  component: 'network',
  ask: 'How many connections come and go, and how much is sent twice?',
  threshold:
    'at least 1 % of the segments sent twice, 1 a second or more; or connections dropped at a full listen queue',
  judge(rows) {
    if (rows.length === 0) return nothing('/proc/net/snmp');
    const sent = meanTotal(rows, 'sent');
    const again = meanTotal(rows, 'retransmitted');
    const dropped = meanTotal(rows, 'listenDrops');
    const share = sent > 0 ? again / sent : 0;
    const bad = (share >= 0.01 && again >= 1) || dropped > 0;
    const figures = `${count(meanTotal(rows, 'active'))} connections/s made, ${count(meanTotal(rows, 'passive'))}/s accepted, ${percent(share)} of ${count(sent)} segments/s sent twice`;
    const queue = dropped > 0 ? `, ${count(dropped)} connections/s dropped at a full listen queue` : '';
    return {
      verdict: bad ? 'suspect' : 'cleared',
      say: `${figures}${queue}.`,
      culprit: bad ? 'TCP' : '',
      pressure: Math.max(again < 1 ? 0 : share / 0.01, dropped),
    };
  },
  figure: { kind: 'line', of: 'retransmitted' },
  next: { say: 'Which peers it goes to.', code: "await host.ask('tcp-retransmits', { seconds: 10 })" },
};
