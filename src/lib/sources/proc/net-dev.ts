import { defineSource } from '../define.ts';
import type { RowValue } from '../grow-rows.ts';
import { count, lines, netnsOf, words } from '../text.ts';

const bytes = (doc: string) => ({ unit: 'B', counter: true, doc }) as const;
const packets = (doc: string) => ({ unit: 'count', counter: true, doc }) as const;

/** In the order of the file: eight for receiving, eight for sending. */
const fields = {
  received: bytes('Bytes received.'),
  receivedPackets: packets('Packets received.'),
  receiveErrors: packets('Packets received with errors of any kind.'),
  receiveDropped: packets('Received packets dropped: no buffer, or no protocol for them.'),
  receiveFifo: packets('Receive FIFO overruns.'),
  receiveFrame: packets('Frame errors: length, CRC, alignment.'),
  receivedCompressed: packets('Compressed packets received.'),
  receivedMulticast: packets('Multicast packets received.'),
  sent: bytes('Bytes sent.'),
  sentPackets: packets('Packets sent.'),
  sendErrors: packets('Packets not sent because of errors of any kind.'),
  sendDropped: packets('Packets to send that were dropped.'),
  sendFifo: packets('Send FIFO underruns.'),
  collisions: packets('Collisions.'),
  sendCarrier: packets('Carrier losses.'),
  sentCompressed: packets('Compressed packets sent.'),
};
const NAMES = Object.keys(fields);

const sum = (a: RowValue, b: RowValue): RowValue => {
  if (a === undefined || b === undefined) return undefined;
  return typeof a === 'bigint' || typeof b === 'bigint' ? BigInt(a) + BigInt(b) : Number(a) + Number(b);
};

/** /proc/net/dev: https://docs.kernel.org/networking/statistics.html */
export const netDev = defineSource({
  name: 'proc.net.dev',
  doc: 'Bytes, packets, errors and drops of each network interface, in every network namespace.',
  from: 'https://man7.org/linux/man-pages/man5/proc_pid_net.5.html',
  recipe: { read: ['/proc/net/dev'], perNetns: true },
  columns: {
    netns: { unit: '', key: true, ref: 'netns', doc: 'The network namespace, by inode; absent if unknown.' },
    interface: { unit: '', key: true, ref: 'device', doc: 'The interface: eth0, lo.' },
    ...fields,
    errors: packets('Sum of receiveErrors and sendErrors.'),
    dropped: packets('Sum of receiveDropped and sendDropped.'),
  },
  *parse({ path, text, unexpected }) {
    for (const line of lines(text)) {
      if (line.includes('|')) continue;
      // An alias (eth0:1) has a colon in its name; the counters have none.
      const colon = line.lastIndexOf(':');
      const values = words(line.slice(colon + 1)).map((word) => count(word));
      if (colon < 1 || values.length < NAMES.length || values.includes(undefined)) {
        unexpected(`an interface and ${NAMES.length} numbers`, line);
        continue;
      }
      const row: Record<string, RowValue> = { netns: netnsOf(path), interface: line.slice(0, colon).trim() };
      for (const [i, name] of NAMES.entries()) row[name] = values[i];
      row['errors'] = sum(row['receiveErrors'], row['sendErrors']);
      row['dropped'] = sum(row['receiveDropped'], row['sendDropped']);
      yield row;
    }
  },
});
