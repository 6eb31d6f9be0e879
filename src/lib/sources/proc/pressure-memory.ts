import { defineSource } from '../define.ts';
import { parsePsi, psiColumns } from '../formats/psi.ts';

/** /proc/pressure/memory: https://docs.kernel.org/accounting/psi.html */
export const memoryPressure = defineSource({
  name: 'proc.pressure.memory',
  doc: 'How long tasks waited for memory: reclaim, refaults, swap.',
  from: 'https://docs.kernel.org/accounting/psi.html',
  recipe: { read: ['/proc/pressure/memory'] },
  columns: psiColumns,
  parse: parsePsi,
});
