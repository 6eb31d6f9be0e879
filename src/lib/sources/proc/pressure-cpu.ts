import { defineSource } from '../define.ts';
import { parsePsi, psiColumns } from '../formats/psi.ts';

/** /proc/pressure/cpu: https://docs.kernel.org/accounting/psi.html */
export const cpuPressure = defineSource({
  name: 'proc.pressure.cpu',
  doc: 'How long tasks waited for a CPU.',
  from: 'https://docs.kernel.org/accounting/psi.html',
  recipe: { read: ['/proc/pressure/cpu'] },
  columns: psiColumns,
  parse: parsePsi,
});
