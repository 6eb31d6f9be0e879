import { hostProgram } from '../../host-program.ts';
import type { Program, Target } from '../program.ts';

/** What the bpftrace programs of a question can be told. */
export interface BpftraceOptions {
  readonly target?: Target | undefined;
  /** Most entries of a map: kernel memory is taken for all of them at the start; default 32768. */
  readonly keys?: number | undefined;
}

export interface CpuProfileBpftraceOptions extends BpftraceOptions {
  /** Samples per second of each CPU; default 49. */
  readonly hz?: number | undefined;
}

export interface OffCpuBpftraceOptions extends BpftraceOptions {
  /** Seconds that one sum covers; default 1. */
  readonly seconds?: number | undefined;
  /** Whether to learn who woke a thread; default true. It costs a probe on each wakeup. */
  readonly wakers?: boolean | undefined;
}

const KEYS = 32_768;
/** Each target process is a comparison in the program, and the kernel limits its instructions. */
const MOST_PIDS = 64;

const whole = (value: number, least: number): number => {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`bpftrace: expected a whole number from ${least} on, got ${value}`);
  return value;
};

/** The condition in place of `pid == $2`, which tests one process. */
const condition = (target: Target | undefined): string => {
  if (target === undefined) return '1';
  // The id of a cgroup is that of the task's own one: those below it are not counted.
  if ('cgroup' in target) return `cgroup == ${whole(target.cgroup.id, 1)}`;
  if (target.pids.length === 0 || target.pids.length > MOST_PIDS)
    throw new RangeError(`bpftrace: expected 1 to ${MOST_PIDS} processes, got ${target.pids.length}`);
  return target.pids.map((pid) => `pid == ${whole(pid, 1)}`).join(' || ');
};

/** Variables that all versions read, each in its own words. Of the two limits, versions before 0.20 read the second. */
const environment = (keys: number): Readonly<Record<string, string>> => ({
  // User frames as addresses: before 0.18 by the first variable, since then by the second.
  BPFTRACE_NO_USER_SYMBOLS: '1',
  BPFTRACE_STACK_MODE: 'raw',
  // Since 0.24: no source lines.
  BPFTRACE_SHOW_DEBUG_INFO: '0',
  BPFTRACE_MAX_MAP_KEYS: String(keys),
  BPFTRACE_MAP_KEYS_MAX: String(keys),
});

const program = (text: string, first: number, { target, keys = KEYS }: BpftraceOptions): Program => ({
  tool: 'bpftrace',
  argv: [
    'bpftrace',
    '-f',
    'json',
    '-B',
    'line',
    '-e',
    text.replaceAll('$2 == 0 || pid == $2', () => condition(target)),
    String(whole(first, 1)),
    // The condition replaces the process: 1 says that there is one.
    target === undefined ? '0' : '1',
    String(whole(keys, 16)),
  ],
  env: environment(keys),
  stop: 'INT',
  grace: 15,
});

/** A program of the caller's own: its text is no argument, which every login of the host could read. */
export const ownBpftrace = (text: string): Program => ({
  tool: 'bpftrace',
  argv: ['bpftrace', '-f', 'json', '-B', 'line', '-'],
  input: text,
  stop: 'INT',
  grace: 30,
});

/** Samples of what each CPU runs, without the idle task: read by readCpuProfileBpftrace(). */
export const cpuProfileBpftrace = (options: CpuProfileBpftraceOptions = {}): Program =>
  program(hostProgram('probes/cpu-profile.bt'), options.hz ?? 49, options);

const WAKERS = /^tracepoint:sched:sched_waking\n\{\n[^}]*\}\n/m;

/** Sums of the time that threads are off CPU: read by readOffCpuBpftrace(). */
export const offCpuBpftrace = (options: OffCpuBpftraceOptions = {}): Program => {
  const text = hostProgram('probes/off-cpu.bt');
  const { wakers = true, seconds = 1 } = options;
  return program(wakers ? text : text.replace(WAKERS, ''), seconds, options);
};
