import type { NumberColumn, TextColumn } from '../columns/column.ts';
import { numberAt, numbersFrom, textAt } from '../columns/compute.ts';
import { growText } from '../columns/grow.ts';
import { defineColumnQuestion } from './question.ts';

/** For each row the time to the next sample, for the last sample that of the one before. */
const lengths = (size: number, t: NumberColumn): NumberColumn => {
  const starts: number[] = [];
  const sample: number[] = [];
  for (let i = 0; i < size; i++) {
    const at = numberAt(t, i) ?? NaN;
    if (at !== starts.at(-1)) starts.push(at);
    sample.push(starts.length - 1);
  }
  const length = (k: number): number | undefined => {
    const [from = NaN, to = NaN] = k + 1 < starts.length ? [starts[k], starts[k + 1]] : [starts[k - 1], starts[k]];
    return Number.isNaN(to - from) ? undefined : to - from;
  };
  return numbersFrom(size, (i) => length(sample[i] ?? NaN));
};

/** The stacks, and where there is none the function in which the thread waits. */
const stacksOf = (size: number, stack: TextColumn, wchan: TextColumn): TextColumn => {
  const grower = growText();
  for (let i = 0; i < size; i++) {
    const place = textAt(wchan, i);
    grower.push(textAt(stack, i) ?? (place === undefined ? undefined : `${place}_[k]`));
  }
  return grower.column();
};

export const waitSamples = defineColumnQuestion({
  name: 'wait-samples',
  aliases: ['wchan'],
  doc: 'What do threads wait for, where no tracer can run? Samples of each waiting thread: its state, kernel function, system call and kernel stack.',
  sources: ['proc.pid.task'],
  grain: 'events',
  whyNotBetter: 'It needs nothing but /proc. Where bpftrace, perf or Ftrace can run, off-cpu measures each wait.',
  cannotSee: [
    'how long a wait lasted: durations are estimated from a few samples per second, and waits between two samples are not seen',
    'user code: the stacks end at the system call',
    'whether a thread was woken and waits for a CPU: until it runs, it counts as waiting where it was',
    'who woke a thread',
  ],
  columns: {
    t: { unit: 's', clock: 'monotonic', doc: "When the sample was taken, in seconds since the recording's start." },
    seconds: {
      unit: 's',
      weight: true,
      doc: 'Time to the next sample: an estimate of how long the thread waited. Sums over many samples are right on average.',
    },
    pid: { unit: 'id', key: true, ref: 'pid', doc: 'The process (thread group).' },
    tid: { unit: 'id', key: true, ref: 'tid', doc: 'The thread.' },
    comm: { unit: '', doc: "The thread's name." },
    state: {
      unit: '',
      key: true,
      doc: 'blocked (D, uninterruptible), sleeping (S), stopped (T), traced (t), parked (P) or idle (I, a kernel thread without work). Threads that run or wait for a CPU have no row.',
    },
    wchan: { unit: '', doc: 'The kernel function in which it waits; absent where the login may not see it.' },
    syscall: {
      unit: '',
      doc: 'The system call in which it waits, or its number; absent outside one (a page fault), for threads of the kernel, and where the login may not see it.',
    },
    stack: {
      unit: '',
      ref: 'stack',
      doc: 'Its kernel stack, outermost function first, separated by ";", each with the mark "_[k]" (kernel); without root only `wchan`, where that can be seen.',
    },
  },
  answer: ({ table }) => {
    const { size, data } = table('proc.pid.task');
    const { t, pid, tid, comm, state, wchan, syscall } = data;
    return {
      size,
      data: {
        t,
        seconds: lengths(size, t),
        pid,
        tid,
        comm,
        state,
        wchan,
        syscall,
        stack: stacksOf(size, data.stack, wchan),
      },
    };
  },
});
