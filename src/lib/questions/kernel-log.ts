import { defineQuestion } from './question.ts';

/** dmesg: https://docs.kernel.org/admin-guide/abi-testing-files.html (/dev/kmsg) */
export const kernelLog = defineQuestion({
  name: 'kernel-log',
  aliases: ['dmesg'],
  doc: 'Which errors did the kernel log: out of memory, I/O errors, dropped requests?',
  sources: ['dev.kmsg'],
  grain: 'events',
  whyNotBetter: 'The kernel log is the only record of these messages.',
  cannotSee: ['messages that the ring buffer has dropped since boot'],
  columns: {
    t: { unit: 's', clock: 'monotonic', doc: "Time of the message since the recording's start; negative before it." },
    level: { unit: '', doc: 'emerg, alert, crit, err, warning, notice, info or debug.' },
    facility: { unit: '', doc: 'Facility that logged: kern, user, daemon ...' },
    text: { unit: '', doc: 'The message.' },
  },
  *answer({ rows }) {
    for (const { t, level, facility, text } of rows('dev.kmsg')) yield { t, level, facility, text };
  },
});
