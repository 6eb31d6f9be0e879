import { type Question, time } from './question.ts';

/** uptime: https://docs.kernel.org/filesystems/proc.html (/proc/loadavg) */
export const loadAverage: Question = {
  name: 'load-average',
  aliases: ['uptime'],
  doc: 'How much work wants to run, and is it more or less than a quarter of an hour ago?',
  sources: ['proc.loadavg'],
  grain: 'totals',
  whyNotBetter: 'The load average is kept by the kernel alone; no tracer adds to it.',
  cannotSee: ['which of the waiting tasks wait for a CPU and which for a disk (both count)'],
  columns: {
    t: time,
    one: {
      unit: 'tasks',
      doc: 'Tasks running, runnable or in uninterruptible sleep, exponentially damped over 1 minute.',
    },
    five: { unit: 'tasks', doc: 'The same over 5 minutes.' },
    fifteen: { unit: 'tasks', doc: 'The same over 15 minutes.' },
    runnable: { unit: 'tasks', doc: 'Running or runnable at this moment.' },
  },
  *answer({ rows }) {
    for (const { t, one, five, fifteen, runnable } of rows('proc.loadavg')) yield { t, one, five, fifteen, runnable };
  },
};
