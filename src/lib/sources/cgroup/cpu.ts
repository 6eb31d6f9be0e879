import { defineSource } from '../define.ts';
import { cgroupOf } from '../formats/cgroup-file.ts';
import { flatKeyed } from '../formats/flat-keyed.ts';

const MICRO = 1e6;
const NANO = 1e9;

const over = (value: number | undefined, per: number): number | undefined =>
  value === undefined ? undefined : value / per;

/** cpu.stat of cgroups: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files */
export const cgroupCpu = defineSource({
  name: 'cgroup.cpu',
  doc: 'CPU time of each cgroup, and how long its CPU quota throttled it (v1 and v2, at most 64 cgroups).',
  from: 'https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files',
  recipe: { read: ['/sys/fs/cgroup/**/cpu.stat', '/sys/fs/cgroup/cpu/**/cpu.stat'] },
  columns: {
    cgroup: { unit: '', key: true, ref: 'cgroup', doc: 'The cgroup, as /proc/PID/cgroup names it; / is the root.' },
    usage: { unit: 's', counter: true, doc: 'CPU time used (v2 only).' },
    periods: { unit: 'count', counter: true, doc: 'Quota periods that passed while a task was runnable.' },
    throttles: { unit: 'count', counter: true, doc: 'Quota periods in which the quota was used up.' },
    throttled: {
      unit: 's',
      counter: true,
      doc: 'Time that run queues of the cgroup were throttled, summed over CPUs.',
    },
  },
  *parse({ path, text, unexpected }) {
    const found = flatKeyed({ text, unexpected });
    if (found.size === 0) return;
    yield {
      cgroup: cgroupOf(path),
      usage: over(found.get('usage_usec'), MICRO),
      periods: found.get('nr_periods'),
      throttles: found.get('nr_throttled'),
      throttled: over(found.get('throttled_usec'), MICRO) ?? over(found.get('throttled_time'), NANO),
    };
  },
});
