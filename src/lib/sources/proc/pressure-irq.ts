import { defineSource } from '../define.ts';
import { parsePsi, psiColumns } from '../formats/psi.ts';

/**
 * /proc/pressure/irq (since 6.1, if the kernel accounts interrupt time): https://docs.kernel.org/accounting/psi.html
 */
export const irqPressure = defineSource({
  name: 'proc.pressure.irq',
  doc: 'How long tasks were delayed by interrupts.',
  from: 'https://docs.kernel.org/accounting/psi.html',
  recipe: { read: ['/proc/pressure/irq'] },
  columns: psiColumns,
  parse: parsePsi,
});
