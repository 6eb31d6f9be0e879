import { defineSource } from '../define.ts';
import type { RowValue } from '../grow-rows.ts';
import { lines, netnsOf, number, words } from '../text.ts';

const gauge = (doc: string) => ({ unit: 'count', doc }) as const;

/** /proc/net/sockstat: https://man7.org/linux/man-pages/man5/proc_pid_net.5.html */
export const netSockstat = defineSource({
  name: 'proc.net.sockstat',
  doc: 'Sockets in use by kind, connections in TIME-WAIT, and buffer memory, in every network namespace.',
  from: 'https://man7.org/linux/man-pages/man5/proc_pid_net.5.html',
  recipe: { read: ['/proc/net/sockstat'], perNetns: true },
  columns: {
    netns: { unit: '', key: true, ref: 'netns', doc: 'The network namespace, by inode; absent if unknown.' },
    sockets: gauge('Sockets of all kinds.'),
    tcp: gauge('TCP sockets in use, without those in TIME-WAIT.'),
    orphans: gauge('TCP sockets that no process has open any more (orphans).'),
    timeWait: gauge('Connections in TIME-WAIT: until it ends, the port cannot be used again for the same peer.'),
    udp: gauge('UDP sockets in use.'),
    tcpMemory: { unit: 'pages', doc: 'Memory of TCP buffers on the whole host.' },
    udpMemory: { unit: 'pages', doc: 'Memory of UDP buffers on the whole host.' },
  },
  *parse({ path, text, unexpected }) {
    const found: Record<string, RowValue> = {};
    for (const line of lines(text)) {
      const [kind = '', ...pairs] = words(line.replace(':', ' '));
      const values = pairs.filter((_, i) => i % 2 === 1).map((word) => number(word));
      if (pairs.length === 0 || values.length * 2 !== pairs.length || values.includes(undefined))
        unexpected('a kind of socket, then names and numbers', line);
      else for (const [i, value] of values.entries()) found[`${kind} ${pairs[i * 2] ?? ''}`] = value;
    }
    if (Object.keys(found).length === 0) return;
    yield {
      netns: netnsOf(path),
      sockets: found['sockets used'],
      tcp: found['TCP inuse'],
      orphans: found['TCP orphan'],
      timeWait: found['TCP tw'],
      udp: found['UDP inuse'],
      tcpMemory: found['TCP mem'],
      udpMemory: found['UDP mem'],
    };
  },
});
