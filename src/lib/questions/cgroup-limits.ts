import { defineQuestion, seconds, time } from './question.ts';

/** CPU quota, memory limit and limit on processes of cgroups: https://docs.kernel.org/admin-guide/cgroup-v2.html */
export const cgroupLimits = defineQuestion({
  name: 'cgroup-limits',
  aliases: ['cgroup-throttling'],
  doc: 'Which cgroups were stopped by their CPU quota, their memory limit or their limit on processes?',
  sources: ['cgroup.cpu', 'cgroup.memory', 'cgroup.pids'],
  grain: 'totals',
  whyNotBetter: 'The kernel counts these events itself; which task was stopped needs tracing.',
  cannotSee: ['which task was stopped', 'cgroups beyond the first 64', 'limits on I/O (io.max): see cgroup-pressure'],
  columns: {
    t: time,
    seconds,
    cgroup: { unit: '', key: true, ref: 'cgroup', doc: 'The cgroup; / is the root of the tree.' },
    kind: { unit: '', key: true, doc: 'Which limit: cpu, memory or pids.' },
    throttled: { unit: '1', doc: 'Seconds per second that its CPU quota throttled it, summed over CPUs.' },
    throttles: { unit: '1/s', doc: 'Quota periods in which it was throttled.' },
    high: { unit: '1/s', doc: 'Times that it went over memory.high and had to reclaim.' },
    max: { unit: '1/s', doc: 'Times that it reached its memory limit and had to reclaim.' },
    oomKills: { unit: '1/s', doc: 'Its processes that the OOM killer killed.' },
    refused: { unit: '1/s', doc: 'Forks and clones that its limit on processes (pids.max) refused.' },
  },
  *answer({ rates }) {
    for (const { t, seconds: length, cgroup, throttled, throttles } of rates('cgroup.cpu'))
      yield { t, seconds: length, cgroup, kind: 'cpu', throttled, throttles };
    for (const { t, seconds: length, cgroup, high, max, oomKills } of rates('cgroup.memory'))
      yield { t, seconds: length, cgroup, kind: 'memory', high, max, oomKills };
    for (const { t, seconds: length, cgroup, refused } of rates('cgroup.pids'))
      yield { t, seconds: length, cgroup, kind: 'pids', refused };
  },
});
