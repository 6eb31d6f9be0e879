import type { ColumnDoc } from '../../columns/column.ts';

/** The columns of an off-CPU analysis by any tool. */
export const offCpuColumns = {
  t: {
    unit: 's',
    clock: 'monotonic',
    doc: 'When the thread left the CPU, in seconds since the start of the recording; for a sum of several intervals, the start of the second (or more) in which they ended.',
  },
  seconds: { unit: 's', weight: true, doc: 'How long it was off CPU; for a sum, all intervals together.' },
  count: { unit: 'count', doc: 'How many intervals the row sums up.' },
  pid: { unit: 'id', doc: 'The process (thread group).', key: true, ref: 'pid' },
  tid: { unit: 'id', doc: 'The thread.', key: true, ref: 'tid' },
  comm: { unit: '', doc: "The thread's name." },
  state: {
    unit: '',
    doc: 'The state in which it left the CPU: blocked (D, uninterruptible), sleeping (S), runnable (R: preempted or throttled, it waited for a CPU), stopped (T), traced (t), parked (P), idle (I, a kernel thread without work); absent if it left before the capture began.',
    key: true,
  },
  waker: {
    unit: '',
    doc: 'The name of the thread that ran where the wakeup came from: the waker, or whoever an interrupt stopped ("swapper": an idle CPU).',
  },
  waker_tid: { unit: 'id', doc: 'The thread id of `waker`; 0 is an idle CPU.', ref: 'tid' },
  stack: { unit: '', doc: 'Where it left the CPU, outermost function first, separated by ";".', ref: 'stack' },
} as const satisfies Readonly<Record<string, ColumnDoc>>;

/** The state of a thread that left the CPU, by bit of prev_state since Linux 4.14: TASK_* in include/linux/sched.h. */
const states = ['sleeping', 'blocked', 'stopped', 'traced', 'dead', 'dead', 'parked', 'idle'] as const;

/** The name of a state; 0x100 marks a preempted thread, which is runnable. */
export const stateName = (prevState: number): string => {
  const bits = prevState & 0xff;
  return bits === 0 ? 'runnable' : (states[31 - Math.clz32(bits & -bits)] ?? 'runnable');
};
