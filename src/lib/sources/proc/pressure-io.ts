import { defineSource } from '../define.ts';
import { parsePsi, psiColumns } from '../formats/psi.ts';

/** /proc/pressure/io: https://docs.kernel.org/accounting/psi.html */
export const ioPressure = defineSource({
  name: 'proc.pressure.io',
  doc: 'How long tasks waited for disks.',
  from: 'https://docs.kernel.org/accounting/psi.html',
  recipe: { read: ['/proc/pressure/io'] },
  columns: psiColumns,
  parse: parsePsi,
});
