import { defineQuestion, seconds, time } from './question.ts';
import { byTime, someAndFull } from './some-and-full.ts';

/** PSI of each cgroup: https://docs.kernel.org/accounting/psi.html#cgroup2-interface */
export const cgroupPressure = defineQuestion({
  name: 'cgroup-pressure',
  aliases: [],
  doc: 'In which cgroups did tasks wait for a CPU, for memory or for I/O?',
  sources: ['cgroup.pressure'],
  grain: 'totals',
  whyNotBetter: 'The kernel measures this waiting itself; how long each wait was needs tracing.',
  cannotSee: ['cgroups of a host with cgroup v1 alone', 'cgroups beyond the first 64', 'how long each wait was'],
  columns: {
    t: time,
    seconds,
    cgroup: { unit: '', key: true, ref: 'cgroup', doc: 'The cgroup; / is the root of the tree.' },
    resource: { unit: '', key: true, doc: 'cpu, memory or io.' },
    some: {
      unit: '1',
      title: 'some tasks waited',
      doc: 'Share of the interval in which at least one of its tasks waited; at most 1.',
    },
    full: {
      unit: '1',
      title: 'all tasks waited',
      doc: 'Share in which all its tasks that were not idle waited; at most 1.',
    },
  },
  *answer({ rates }) {
    for (const rows of byTime(rates('cgroup.pressure'), ['cgroup', 'resource'])) {
      yield { cgroup: rows[0]?.cgroup, resource: rows[0]?.resource, ...someAndFull(rows) };
    }
  },
});
