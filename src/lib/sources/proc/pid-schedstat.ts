import { digitsInto } from '../formats/digits.ts';
import { defineProcessFile, identity } from '../formats/process-file.ts';

/** /proc/PID/schedstat: https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat */
export const pidSchedstat = defineProcessFile({
  name: 'proc.pid.schedstat',
  doc: 'Time that the main thread of each process ran, and time that it waited for a CPU (run delay).',
  from: 'https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat',
  file: 'schedstat',
  fields: [
    { column: 'run', doc: { unit: 's', counter: true, doc: 'Time on a CPU.' }, hot: true, scale: 'ns' },
    {
      column: 'wait',
      doc: { unit: 's', counter: true, doc: 'Time runnable and waiting for a CPU: run-queue latency, summed.' },
      hot: true,
      scale: 'ns',
    },
    { column: 'slices', doc: { unit: 'count', counter: true, doc: 'Timeslices run.' }, hot: true },
  ],
  reader: () => (bytes, into) => {
    let at = -1;
    for (let i = 0; i < 3; i++) {
      at = digitsInto(bytes, at + 1, identity.length + i, into);
      if (at < 0) return `expected three numbers, got ${i}`;
    }
    return bytes[at] === 10 || at >= bytes.length ? undefined : 'expected three numbers and the end of the line';
  },
});
