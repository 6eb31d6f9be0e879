import { totalOf } from '../waiting/seconds.ts';
import { count } from '../amounts.ts';
import { meanTotal } from '../means.ts';
import { defineStep, noCulprit, nothing } from '../step.ts';

/** sar -n UDP 1 and softnet_stat: are datagrams or packets dropped at a full queue? */
export const udp = defineStep({
  command: 'sar -n UDP 1',
  key: 'udp',
  question: 'udp',
  component: 'network',
  also: ['softnet'],
  threshold: 'two datagrams dropped at a full socket buffer, or one packet at the backlog queue of a CPU',
  judge(rows, seen) {
    if (rows.length === 0) return nothing('/proc/net/snmp');
    const received = Math.round(totalOf(rows, 'receiveBufferErrors'));
    const sent = Math.round(totalOf(rows, 'sendBufferErrors'));
    const backlog = Math.round(totalOf(seen.rows('softnet'), 'dropped'));
    const figures = `${count(meanTotal(rows, 'received'))} datagrams/s received, ${count(meanTotal(rows, 'sent'))}/s sent`;
    const lost = [
      received > 0 ? `${count(received)} dropped at a full receive buffer: a program reads too slowly` : '',
      sent > 0 ? `${count(sent)} not sent because the send buffer was full` : '',
      backlog > 0 ? `${count(backlog)} packets dropped at the backlog queue of a CPU` : '',
    ].filter((each) => each !== '');
    const say = [figures, ...lost].join('; ');
    const all = received + sent + backlog;
    if (received >= 2 || sent >= 2 || backlog >= 1)
      return {
        verdict: 'suspect',
        say: `${say}.`,
        culprit: lost.join('; '),
        pressure: 0.6 + 0.1 * Math.log10(1 + all),
      };
    return all > 0
      ? noCulprit('undecided', `${say}.`, { open: 'network (one datagram dropped)' })
      : noCulprit('cleared', `${say}; no datagram was dropped at a full buffer.`);
  },
  figure: { kind: 'line', of: 'receiveBufferErrors' },
  next: {
    say: 'When were datagrams dropped? Which socket: ss -uamn (skmem, d).',
    code: "(await host.ask('udp', { seconds: 10 })).line('receiveBufferErrors')",
  },
  fix: {
    suspect:
      'Read faster, or raise the buffers: SO_RCVBUF up to net.core.rmem_max; for the backlog net.core.netdev_max_backlog',
    undecided: 'Capture again to see whether more are dropped.',
  },
});
