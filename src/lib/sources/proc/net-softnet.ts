import { defineSource } from '../define.ts';
import { lines, words } from '../text.ts';

const HEX = /^[0-9a-f]{8}$/;
const LEAST = 9;
/** The thirteenth word is the CPU since 5.12; before, lines are in the order of CPUs. */
const CPU = 12;
const WRAP = 2 ** 32;

const hex = (word: string | undefined): number | undefined =>
  word === undefined || !HEX.test(word) ? undefined : Number.parseInt(word, 16);

/** /proc/net/softnet_stat: net/core/net-procfs.c */
export const netSoftnet = defineSource({
  name: 'proc.net.softnet',
  doc: 'Packets that each CPU processed, and packets that its backlog queue dropped.',
  from: 'https://docs.kernel.org/admin-guide/sysctl/net.html#netdev-max-backlog',
  recipe: { read: ['/proc/net/softnet_stat'] },
  columns: {
    cpu: { unit: '', key: true, ref: 'cpu', doc: 'The CPU.' },
    processed: { unit: 'count', counter: true, wrap: WRAP, doc: 'Packets processed.' },
    dropped: {
      unit: 'count',
      counter: true,
      wrap: WRAP,
      doc: 'Packets dropped because the backlog queue (net.core.netdev_max_backlog) was full.',
    },
    squeezed: {
      unit: 'count',
      counter: true,
      wrap: WRAP,
      doc: 'Times that processing stopped with packets left, because netdev_budget or its time limit was used up.',
    },
  },
  *parse({ text, unexpected }) {
    for (const [i, line] of lines(text).entries()) {
      const values = words(line).map((word) => hex(word));
      if (values.length < LEAST || values.includes(undefined)) unexpected('at least nine words of eight digits', line);
      else {
        const [processed, dropped, squeezed] = values;
        yield { cpu: String(values[CPU] ?? i), processed, dropped, squeezed };
      }
    }
  },
});
