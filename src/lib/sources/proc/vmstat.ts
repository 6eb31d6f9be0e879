import { defineSource } from '../define.ts';
import { identifier } from '../formats/identifier.ts';
import type { RowValue } from '../grow-rows.ts';
import { count, lines, times, words } from '../text.ts';
import { vmstatColumns, vmstatDoc } from './vmstat-columns.ts';

const KIB = new Set(['pgpgin', 'pgpgout']);

/** /proc/vmstat: mm/vmstat.c names its lines. */
export const vmstat = defineSource({
  name: 'proc.vmstat',
  doc: 'Events and pages of memory management: faults, reclaim, writeback, swapping, NUMA, huge pages.',
  from: 'https://github.com/torvalds/linux/blob/master/mm/vmstat.c',
  recipe: { read: ['/proc/vmstat'] },
  columns: vmstatColumns,
  unknown: vmstatDoc,
  *parse({ text, unexpected }) {
    const row: Record<string, RowValue> = {};
    for (const line of lines(text)) {
      const [name = '', value, more] = words(line);
      const known = count(value);
      if (known === undefined || more !== undefined) unexpected('a name and a number', line);
      else row[identifier(name)] = KIB.has(name) ? times(value, 1024) : known;
    }
    if (Object.keys(row).length > 0) yield row;
  },
});
