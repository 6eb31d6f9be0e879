import { defineSource } from '../define.ts';
import { count, lines, words } from '../text.ts';

/** softirq_to_name in kernel/softirq.c: the order of the numbers. */
const VECTORS = 'HI TIMER NET_TX NET_RX BLOCK IRQ_POLL TASKLET SCHED HRTIMER RCU'.split(' ');

/** The line "softirq" of /proc/stat (2.6.31): https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat */
export const statSoftirqs = defineSource({
  name: 'proc.stat.softirqs',
  doc: 'Soft interrupts by vector, summed over the CPUs.',
  from: 'https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat',
  recipe: { read: ['/proc/stat'] },
  stream: 'proc.stat',
  columns: {
    vector: { unit: '', key: true, doc: 'HI, TIMER, NET_TX, NET_RX, BLOCK, IRQ_POLL, TASKLET, SCHED, HRTIMER, RCU.' },
    count: { unit: 'count', counter: true, doc: 'How often it ran since boot.' },
  },
  *parse({ text, unexpected }) {
    const line = lines(text).find((one) => one.startsWith('softirq '));
    if (line === undefined) return;
    for (const [i, word] of words(line).slice(2).entries()) {
      const value = count(word);
      if (value === undefined) unexpected('a count of soft interrupts', word);
      else yield { vector: VECTORS[i] ?? String(i), count: value };
    }
  },
});
