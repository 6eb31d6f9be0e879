import { defineSource } from '../define.ts';
import { count, lines, words } from '../text.ts';

/** The line "intr" of /proc/stat: https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat */
export const statInterrupts = defineSource({
  name: 'proc.stat.interrupts',
  doc: 'Interrupts by number, summed over the CPUs.',
  from: 'https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat',
  recipe: { read: ['/proc/stat'] },
  stream: 'proc.stat',
  columns: {
    irq: { unit: 'id', key: true, doc: 'The number of the interrupt.' },
    count: { unit: 'count', counter: true, doc: 'How often it was serviced since boot.' },
  },
  *parse({ text, unexpected }) {
    const line = lines(text).find((one) => one.startsWith('intr '));
    if (line === undefined) return;
    for (const [irq, word] of words(line).slice(2).entries()) {
      const value = count(word);
      if (value === undefined) unexpected(`the count of interrupt ${irq}`, word);
      else yield { irq, count: value };
    }
  },
});
