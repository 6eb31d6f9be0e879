import { defineQuestion, seconds, time } from './question.ts';

/** sar -n UDP: https://man7.org/linux/man-pages/man1/sar.1.html */
export const udp = defineQuestion({
  name: 'udp',
  aliases: ['sar -n UDP'],
  doc: 'Were UDP datagrams dropped at a full socket buffer?',
  sources: ['proc.net.snmp'],
  grain: 'totals',
  whyNotBetter: 'The kernel counts datagrams itself; which socket dropped them is in /proc/net/udp and ss -u.',
  cannotSee: ['which socket dropped them', 'datagrams lost in the network'],
  columns: {
    t: time,
    seconds,
    netns: { unit: '', key: true, ref: 'netns', doc: 'The network namespace, by inode.' },
    received: { unit: '1/s', doc: 'Datagrams delivered.' },
    sent: { unit: '1/s', doc: 'Datagrams sent.' },
    receiveBufferErrors: { unit: '1/s', doc: 'Datagrams dropped because the receive buffer of the socket was full.' },
    sendBufferErrors: { unit: '1/s', doc: 'Datagrams not sent because the send buffer was full.' },
    errors: { unit: '1/s', doc: 'Datagrams that could not be delivered, full buffers included.' },
    noPorts: { unit: '1/s', doc: 'Datagrams to a port where no program listens.' },
  },
  *answer({ rates }) {
    for (const row of rates('proc.net.snmp')) {
      yield {
        t: row.t,
        seconds: row.seconds,
        netns: row.netns,
        received: row.UdpInDatagrams,
        sent: row.UdpOutDatagrams,
        receiveBufferErrors: row.UdpRcvbufErrors,
        sendBufferErrors: row.UdpSndbufErrors,
        errors: row.UdpInErrors,
        noPorts: row.UdpNoPorts,
      };
    }
  },
});
