import { defineQuestion, time } from './question.ts';

/** uptime: https://docs.kernel.org/filesystems/proc.html (/proc/loadavg) */
export const loadAverage = defineQuestion({
  name: 'load-average',
  aliases: ['uptime'],
  doc: 'How many tasks run or wait, and is it more or less than 15 minutes ago?',
  sources: ['proc.loadavg'],
  grain: 'totals',
  whyNotBetter: 'Only the kernel keeps the load average; tracing adds nothing to it.',
  cannotSee: ['which tasks wait for a CPU and which are in uninterruptible sleep (both count)'],
  columns: {
    t: time,
    load1: {
      unit: 'tasks',
      title: '1-minute load',
      doc: 'Tasks running, runnable or in uninterruptible sleep, exponentially damped over 1 minute.',
    },
    load5: { unit: 'tasks', title: '5-minute load', doc: 'The same over 5 minutes.' },
    load15: { unit: 'tasks', title: '15-minute load', doc: 'The same over 15 minutes.' },
    runnable: { unit: 'tasks', title: 'runnable tasks', doc: 'Tasks running or runnable at the time of the sample.' },
  },
  *answer({ rows }) {
    for (const { t, one, five, fifteen, runnable } of rows('proc.loadavg'))
      yield { t, load1: one, load5: five, load15: fifteen, runnable };
  },
});
