import { defineSource } from '../define.ts';
import { count, divided, lines, words } from '../text.ts';

const NANO = 1e9;
/** The last three of nine numbers after "cpuN" are time run, time waited (ns) and timeslices. */
const NUMBERS = 9;
/** Lines of the scheduling domains, and the heading of the file. */
const ELSEWHERE = /^(version|timestamp|domain)/;

/** /proc/schedstat: https://docs.kernel.org/scheduler/sched-stats.html */
export const schedstat = defineSource({
  name: 'proc.schedstat',
  doc: 'Time that all tasks (also threads and short-lived ones) ran and waited on each CPU (needs CONFIG_SCHEDSTATS).',
  from: 'https://docs.kernel.org/scheduler/sched-stats.html',
  recipe: { read: ['/proc/schedsta*'] },
  columns: {
    cpu: { unit: '', key: true, ref: 'cpu', doc: 'The CPU.' },
    run: { unit: 's', counter: true, doc: 'Time that tasks ran on it.' },
    wait: { unit: 's', counter: true, doc: 'Time that runnable tasks waited for it, summed over tasks.' },
    slices: { unit: 'count', counter: true, doc: 'Timeslices run on it.' },
  },
  *parse({ text, unexpected }) {
    for (const line of lines(text)) {
      const [name = '', ...values] = words(line);
      if (ELSEWHERE.test(name)) continue;
      const cpu = /^cpu(\d+)$/.exec(name)?.[1];
      const [run, wait, slices] = values.slice(NUMBERS - 3);
      if (cpu === undefined || values.slice(0, NUMBERS).some((value) => count(value) === undefined) || !slices)
        unexpected(`cpuN and ${NUMBERS} numbers`, line);
      else yield { cpu, run: divided(run, NANO), wait: divided(wait, NANO), slices: count(slices) };
    }
  },
});
