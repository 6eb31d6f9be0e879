import type { Program, Target } from '../program.ts';

export interface CpuCountersOptions {
  readonly target?: Target | undefined;
  /** Whether the CPU's own counters can be used. */
  readonly pmu: boolean;
  /** The login may only count user code, of its own processes. */
  readonly userOnly?: boolean | undefined;
  /** A metric group of perf with top-down level 1; undefined: none. */
  readonly topDown?: string | undefined;
}

/** Events that the kernel counts on every host. */
export const SOFTWARE = ['task-clock', 'context-switches', 'cpu-migrations', 'page-faults', 'major-faults'];

/** Events of the PMU. perf says "not supported" of those that a CPU lacks, and counts the others. */
const HARDWARE = [
  ...['cycles', 'instructions', 'branches', 'branch-misses', 'cache-references', 'cache-misses'],
  ...['stalled-cycles-frontend', 'stalled-cycles-backend'],
];

/** Events that happen in the kernel: counted for user code only, perf gives 0. */
const OF_THE_KERNEL = ['context-switches', 'cpu-migrations'];

const eventsOf = ({ pmu, userOnly }: CpuCountersOptions): readonly string[] => {
  const events = [...SOFTWARE, ...(pmu ? HARDWARE : [])];
  return userOnly === true ? events.flatMap((event) => (OF_THE_KERNEL.includes(event) ? [] : [`${event}:u`])) : events;
};

const targetArgv = (target: Target | undefined): readonly string[] => {
  if (target === undefined) return ['-a'];
  if ('pids' in target) return ['-p', target.pids.join(',')];
  return ['-a', '-G', target.cgroup.path.replace(/^\/+/, '')];
};

/**
 * Metric groups with top-down level 1, by architecture (uname -m): Intel and Arm, AMD since Zen 4, Arm in newer versions of
 * perf. perf exits at once if it does not know a group for this CPU.
 */
export const topDownGroups = (arch: string): readonly string[] => {
  if (arch === 'x86_64') return ['TopdownL1', 'PipelineL1'];
  return arch === 'aarch64' ? ['TopdownL1', 'topdown_l1'] : [];
};

/** Counts of events for each second, as -x of any version of perf: read by readCpuCounters(). */
export const cpuCountersPerf = (options: CpuCountersOptions): Program => {
  const { target, topDown } = options;
  const metrics = topDown === undefined ? [] : ['-M', topDown];
  return {
    tool: 'perf',
    argv: [
      ...['perf', 'stat', '-x', ';', '--log-fd', '1', '-I', '1000'],
      ...['-e', eventsOf(options).join(','), ...metrics, ...targetArgv(target)],
    ],
    env: { LC_ALL: 'C' },
    stop: 'INT',
    grace: 10,
  };
};
