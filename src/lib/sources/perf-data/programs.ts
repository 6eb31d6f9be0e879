import { isFrom } from '../formats/is-from.ts';
import type { Program, Target } from '../program.ts';

/** What a recording by perf needs to know of the host. */
export interface PerfOptions {
  /** The versions of perf and of the kernel: '6.1.192', '6.18.44-cloud'; what is not known is taken to be old. */
  readonly perf?: string | undefined;
  readonly kernel?: string | undefined;
  /** Pages of the ring buffer of each CPU, a power of two; default: perf's own (512 KB). */
  readonly pages?: number | undefined;
}

export interface CpuProfilePerfOptions extends PerfOptions {
  readonly target?: Target | undefined;
  /** Samples per second of each CPU; default 49. */
  readonly hz?: number | undefined;
  /** 'cycles' needs a PMU; default 'cpu-clock', without the idle task. */
  readonly event?: string | undefined;
  /** Default 'fp'. */
  readonly callgraph?: 'fp' | 'dwarf' | 'lbr' | undefined;
}

export interface OffCpuPerfOptions extends PerfOptions {
  /** Whether to learn who woke a thread; default true. It costs an event for each wakeup. */
  readonly wakers?: boolean | undefined;
}

/** Since 5.12, both can put build-ids into the records of mappings. */
const BUILD_IDS: readonly [number, number] = [5, 12];

const common = ({ perf, kernel, pages }: PerfOptions): string[] => [
  '-k',
  'CLOCK_MONOTONIC',
  ...(isFrom(perf, BUILD_IDS) && isFrom(kernel, BUILD_IDS) ? ['--buildid-mmap'] : []),
  ...(pages === undefined ? [] : ['-m', String(pages)]),
];

/** Samples of processes, of a cgroup with all below it, or of all CPUs. */
const targetArgv = (target: Target | undefined): string[] => {
  if (target === undefined) return ['-a'];
  if ('pids' in target) return ['-p', target.pids.join(',')];
  return ['-a', '-G', target.cgroup.path.replace(/^\/+/, '')];
};

const program = (argv: readonly string[]): Program => ({
  tool: 'perf',
  argv: ['perf', 'record', '-o', '-', ...argv],
  stop: 'INT',
  grace: 10,
});

/** cpu-clock also counts idle time: its modifier I leaves the idle task out, as a PMU's cycles do. */
const eventArgv = (event: string): string => (event === 'cpu-clock' ? 'cpu-clock:I' : event);

/** A CPU profile as perf.data in pipe mode: read by readProfile(), times by sinceStart(). */
export const cpuProfilePerf = (options: CpuProfilePerfOptions = {}): Program => {
  const { hz = 49, event = 'cpu-clock', callgraph = 'fp', target } = options;
  return program([
    '-F',
    String(hz),
    '-e',
    eventArgv(event),
    '--call-graph',
    callgraph,
    ...common(options),
    ...targetArgv(target),
  ]);
};

/** Pages of the ring buffer of each CPU: context switches come in bursts. */
export const SWITCH_PAGES = 1024;

/** Context switches with their stacks as perf.data in pipe mode: read by readOffCpuPerf(). */
export const offCpuPerf = (options: OffCpuPerfOptions = {}): Program => {
  const { wakers = true } = options;
  return program([
    '-e',
    'sched:sched_switch/call-graph=fp/',
    '-e',
    'sched:sched_process_fork/call-graph=no/',
    ...(wakers ? ['-e', 'sched:sched_waking/call-graph=no/'] : []),
    ...common({ pages: SWITCH_PAGES, ...options }),
    '-a',
  ]);
};
