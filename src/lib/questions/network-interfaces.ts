import { defineQuestion, seconds, time } from './question.ts';
import { plus } from './values.ts';

/** sar -n DEV: https://man7.org/linux/man-pages/man1/sar.1.html */
export const networkInterfaces = defineQuestion({
  name: 'network-interfaces',
  aliases: ['sar -n DEV', 'nicstat'],
  doc: 'How much traffic do the interfaces carry, and are packets dropped or received with errors?',
  sources: ['proc.net.dev'],
  grain: 'totals',
  whyNotBetter: 'Drivers count packets and bytes themselves; the reasons for drops need tracing.',
  cannotSee: [
    'the speed of a link, so its utilization',
    'why a packet was dropped',
    'drops inside the network card that its driver does not count',
  ],
  columns: {
    t: time,
    seconds,
    netns: { unit: '', key: true, ref: 'netns', doc: 'The network namespace, by inode.' },
    interface: { unit: '', key: true, ref: 'device', doc: 'The interface.' },
    received: { unit: 'B/s', doc: 'Bytes received.' },
    sent: { unit: 'B/s', doc: 'Bytes sent.' },
    bytes: { unit: 'B/s', doc: 'Received and sent together.' },
    receivedPackets: { unit: '1/s', doc: 'Packets received.' },
    sentPackets: { unit: '1/s', doc: 'Packets sent.' },
    packets: { unit: '1/s', doc: 'Received and sent together.' },
    errors: { unit: '1/s', doc: 'Packets received or sent with errors.' },
    dropped: { unit: '1/s', doc: 'Packets dropped: no buffer, or no protocol for them.' },
    lost: { unit: '1/s', doc: 'Errors and drops together.' },
  },
  *answer({ rates }) {
    for (const row of rates('proc.net.dev')) {
      const { received, sent, receivedPackets, sentPackets, errors, dropped } = row;
      yield {
        t: row.t,
        seconds: row.seconds,
        netns: row.netns,
        interface: row.interface,
        received,
        sent,
        bytes: plus(received, sent),
        receivedPackets,
        sentPackets,
        packets: plus(receivedPackets, sentPackets),
        errors,
        dropped,
        lost: plus(errors, dropped),
      };
    }
  },
});
