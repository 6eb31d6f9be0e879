import { defineSource } from '../define.ts';
import { lines, netnsOf, words } from '../text.ts';

const HEX = /^[0-9a-f]{8}$/;
const WRAP = 2 ** 32;

/** Columns that are kept, summed over CPUs; `entries` is the same in each line. */
const KEPT = { insertFailed: 'insert_failed', dropped: 'drop', earlyDropped: 'early_drop' } as const;

/** /proc/net/stat/nf_conntrack: net/netfilter/nf_conntrack_standalone.c */
export const netConntrack = defineSource({
  name: 'proc.net.conntrack',
  doc: 'Tracked connections of each network namespace, and packets dropped because the table was full.',
  from: 'https://docs.kernel.org/networking/nf_conntrack-sysctl.html',
  recipe: { read: ['/proc/net/stat/nf_conntrack'], perNetns: true },
  columns: {
    netns: { unit: '', key: true, ref: 'netns', doc: 'The network namespace, by inode; absent if unknown.' },
    entries: { unit: 'count', doc: 'Connections in the table.' },
    insertFailed: { unit: 'count', counter: true, wrap: WRAP, doc: 'Connections that could not be inserted.' },
    dropped: {
      unit: 'count',
      counter: true,
      wrap: WRAP,
      doc: 'Packets dropped because the table was full (nf_conntrack_max) and no connection could be tracked.',
    },
    earlyDropped: { unit: 'count', counter: true, wrap: WRAP, doc: 'Connections removed to make room for new ones.' },
  },
  *parse({ path, text, unexpected }) {
    const [head = '', ...rows] = lines(text);
    const names = words(head);
    const sums = new Map<string, number>();
    for (const line of names.includes('entries') ? rows : [head]) {
      const values = words(line);
      if (values.length !== names.length || !values.every((value) => HEX.test(value))) {
        unexpected('words of eight digits under their names', line);
        continue;
      }
      for (const [i, name] of names.entries()) {
        const value = Number.parseInt(values[i] ?? '0', 16);
        sums.set(name, name === 'entries' ? value : (sums.get(name) ?? 0) + value);
      }
    }
    if (sums.size === 0) return;
    const kept = Object.entries(KEPT).map(([column, name]) => [column, sums.get(name)] as const);
    yield { netns: netnsOf(path), entries: sums.get('entries'), ...Object.fromEntries(kept) };
  },
});
