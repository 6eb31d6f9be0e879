import { defineQuestion, seconds, time } from './question.ts';
import { ratio, shareOfInterval } from './values.ts';

/** /proc/schedstat: https://docs.kernel.org/scheduler/sched-stats.html */
export const runDelay = defineQuestion({
  name: 'run-delay',
  aliases: ['schedstat'],
  doc: 'How long did runnable tasks wait for each CPU?',
  sources: ['proc.schedstat'],
  grain: 'totals',
  whyNotBetter: 'The kernel keeps these sums for all tasks; the distribution of run-queue latency needs tracing.',
  cannotSee: ['who waited', 'the longest wait: only sums and means', 'kernels without CONFIG_SCHEDSTATS'],
  columns: {
    t: time,
    seconds,
    cpu: { unit: '', key: true, ref: 'cpu', doc: 'The CPU.' },
    ran: { unit: '1', doc: 'Share of the interval in which tasks ran on it; at most 1.' },
    waited: { unit: '1', doc: 'Seconds per second that runnable tasks waited for it, summed over tasks.' },
    slices: { unit: '1/s', doc: 'Timeslices run on it.' },
    mean: { unit: 's', doc: 'Mean wait before a timeslice.' },
  },
  *answer({ rates }) {
    for (const { t, seconds: length, cpu, run, wait, slices } of rates('proc.schedstat')) {
      yield {
        t,
        seconds: length,
        cpu,
        ran: shareOfInterval(run),
        waited: wait,
        slices,
        mean: ratio(wait, slices),
      };
    }
  },
});
