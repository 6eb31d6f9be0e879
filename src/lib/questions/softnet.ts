import { defineQuestion, seconds, time } from './question.ts';

/** /proc/net/softnet_stat: https://docs.kernel.org/admin-guide/sysctl/net.html */
export const softnet = defineQuestion({
  name: 'softnet',
  aliases: [],
  doc: 'Did a CPU drop packets because its backlog queue was full?',
  sources: ['proc.net.softnet'],
  grain: 'totals',
  whyNotBetter: 'The kernel counts these packets itself; which packets were dropped needs tracing.',
  cannotSee: ['drops of queueing disciplines: tc -s qdisc', 'drops inside the network card: ethtool -S'],
  columns: {
    t: time,
    seconds,
    cpu: { unit: '', key: true, ref: 'cpu', doc: 'The CPU.' },
    processed: { unit: '1/s', doc: 'Packets processed.' },
    dropped: { unit: '1/s', doc: 'Packets dropped because the backlog queue was full.' },
    squeezed: { unit: '1/s', doc: 'Times that processing stopped with packets left.' },
  },
  *answer({ rates }) {
    for (const { t, seconds: length, cpu, processed, dropped, squeezed } of rates('proc.net.softnet'))
      yield { t, seconds: length, cpu, processed, dropped, squeezed };
  },
});
