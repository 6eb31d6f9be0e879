import { isFrom } from '../formats/is-from.ts';
import type { Program } from '../program.ts';
import { ftraceProgram } from './program.ts';
import { eventFolder, typedInstance } from './typed.ts';

export const SWITCH = 'sched:sched_switch';
export const WAKING = 'sched:sched_waking';
export const FORK = 'sched:sched_process_fork';
export const KERNEL_STACK = 'ftrace:kernel_stack';
export const USER_STACK = 'ftrace:user_stack';

/** Frames of a user stack: FTRACE_STACK_ENTRIES of kernel/trace/trace.h. */
export const USER_FRAMES = 8;

/** KB of the ring buffer of each CPU. */
export const SWITCH_KB = 4096;

/** From this kernel on, the trigger writes into its instance; before, into the trace of the whole host. */
const OWN_TRIGGER = [5, 17] as const;

/** What makes stacks follow the switches: the trigger only those, the options every event. */
const stackSettings = (kernel: string): readonly (readonly [string, string])[] => [
  ['options/userstacktrace', '1'],
  isFrom(kernel, OWN_TRIGGER) ? [`${eventFolder(SWITCH)}/trigger`, 'stacktrace'] : ['options/stacktrace', '1'],
];

/** The context switches of the host with their stacks, in an instance of tracefs: read by readOffCpuFtrace(). */
export const offCpuFtrace = ({
  kernel,
  kb = SWITCH_KB,
}: {
  readonly kernel: string;
  readonly kb?: number;
}): Program => {
  const settings = stackSettings(kernel);
  const order = { events: [SWITCH, WAKING, FORK], filters: {}, kb, settings, caused: [KERNEL_STACK, USER_STACK] };
  const typed = settings.map(([file, text]) => `echo ${text} > ${file}`);
  return ftraceProgram(order, [], typedInstance(order, typed));
};
