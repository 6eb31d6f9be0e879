import { defineQuestion, seconds, time } from './question.ts';
import { byTime, someAndFull } from './some-and-full.ts';

const RESOURCES = ['cpu', 'memory', 'io'] as const;

/** PSI of the whole host: https://docs.kernel.org/accounting/psi.html */
export const pressure = defineQuestion({
  name: 'pressure',
  aliases: ['psi'],
  doc: 'For what share of the time did tasks wait for a CPU, for memory or for I/O?',
  sources: RESOURCES.map((resource) => `proc.pressure.${resource}` as const),
  grain: 'totals',
  whyNotBetter: 'The kernel measures this waiting itself; how long each wait was needs tracing.',
  cannotSee: [
    'who waited',
    'how long each wait was',
    'a wait on one CPU while many others are busy: the kernel averages over CPUs, weighted by how busy they are',
  ],
  columns: {
    t: time,
    seconds,
    resource: { unit: '', key: true, doc: 'cpu, memory or io.' },
    some: {
      unit: '1',
      title: 'some tasks waited',
      doc: 'Share of the interval in which at least one task waited; at most 1.',
    },
    full: {
      unit: '1',
      title: 'all tasks waited',
      doc: 'Share in which all tasks that were not idle waited; at most 1.',
    },
  },
  *answer({ rates }) {
    for (const resource of RESOURCES) {
      for (const rows of byTime(rates(`proc.pressure.${resource}` as const))) yield { resource, ...someAndFull(rows) };
    }
  },
});
