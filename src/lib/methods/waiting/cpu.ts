import type { RowOf } from '../../questions/rows.ts';
import type { Seen } from '../step.ts';
import { isOurs } from '../../our-processes.ts';
import { isBackground, isKernelThread, type Process } from './culprits.ts';
import { judgeWaits, largestBySecond, largestOf, numberOf, secondOf, type Timed, type Waits } from './seconds.ts';

/** Average waits below this (seconds) do no harm: a busy host has thousands of them. */
const SHORT = 2e-4;
/** Waiting may exceed a CPU's busy time by this much, since the two are sampled some milliseconds apart. */
const MARGIN = 0.15;
/** One second of 10 % is what cron or an ssh login cause on any host. */
const BOUNDS = { worst: 0.25, bad: 0.15, some: 0.1, times: 2 };

/** Waiting for CPUs; `waiter` is the process that waited longest. */
export interface CpuWaits extends Waits {
  readonly waiter: Process | undefined;
  /** In the worst seconds only background processes (nice 5 or more, SCHED_IDLE) waited. */
  readonly background: boolean;
  /** Tasks waited often, but each time briefly. */
  readonly short: boolean;
  /**
   * Tasks waited while no CPU was busy for as long: a quota, or CPU time that the hypervisor takes without reporting
   * it.
   */
  readonly unexplained: boolean;
  /** Our own sampling used at least half of all CPU time: tasks waited for it, or it waited itself. */
  readonly forOurs: boolean;
}

const meanWait = (row: Process): number => {
  const [wait, slices] = [numberOf(row, 'wait') ?? 0, numberOf(row, 'slices')];
  return slices === undefined ? Infinity : wait / Math.max(slices, 1e-9);
};

/** The processes of one second: wait time of those in the foreground, CPU time of those in the background. */
interface Moment {
  wait: number;
  slices: number;
  longest: number;
  hurt: number;
  cpu: number;
  alone: number;
  background: number;
}

const IDLE: Moment = { wait: 0, slices: 0, longest: 0, hurt: 0, cpu: 0, alone: 0, background: 0 };

const momentsOf = (rows: readonly Process[], second: (row: Timed) => number): ReadonlyMap<number, Moment> => {
  const moments = new Map<number, Moment>();
  for (const row of rows) {
    const moment = moments.get(second(row)) ?? { ...IDLE };
    const [wait, cpu] = [numberOf(row, 'wait') ?? 0, numberOf(row, 'cpu') ?? 0];
    moment.cpu += cpu;
    if (numberOf(row, 'threads') === 1) moment.alone += cpu;
    if (isBackground(row)) moment.background += cpu;
    moment.wait += wait;
    moment.slices += numberOf(row, 'slices') ?? 0;
    if (!isBackground(row) && !isKernelThread(row) && !isOurs(row)) {
      moment.longest = Math.max(moment.longest, wait);
      if (meanWait(row) >= SHORT) moment.hurt = Math.max(moment.hurt, wait);
    }
    moments.set(second(row), moment);
  }
  return moments;
};

/** Mean wait of a second: of all tasks if the kernel reports it, otherwise of main threads if they used the CPUs. */
const meanOf = (
  delay: readonly RowOf<'run-delay'>[],
  moment: Moment | undefined,
  waited: number,
): number | undefined => {
  const slices = delay.reduce((sum, row) => sum + (numberOf(row, 'slices') ?? 0), 0);
  if (slices > 0) return delay.reduce((sum, row) => sum + (numberOf(row, 'waited') ?? 0), 0) / slices;
  if (moment === undefined || moment.slices <= 0 || moment.alone < moment.cpu * 0.5) return undefined;
  // Main threads waited much less than the whole host: threads or short-lived processes waited, and their mean is unknown.
  if (moment.wait < waited * 0.5) return undefined;
  return moment.wait / moment.slices;
};

/** True if tasks waited while no CPU was busy for as long, nor taken by the hypervisor. */
const isUnexplained = (seen: Seen, shares: ReadonlyMap<number, number>, bad: ReadonlySet<number>): boolean => {
  const second = secondOf(seen);
  const busy = largestBySecond(seen.rows('cpu-utilization'), second, (row) =>
    row.cpu === 'all' ? undefined : (numberOf(row, 'busy') ?? 0),
  );
  const more = [...bad].filter((at) => (shares.get(at) ?? 0) > (busy.get(at)?.value ?? 1) + MARGIN);
  return more.length * 2 > bad.size;
};

/** With fewer CPUs than this, our sampling cannot make others wait for 15 % of a second. */
const LEAST_OURS = 0.2;

/** Whether our own processes used half of the CPU time in use, as happens on a slow or emulated host. */
const isForOurs = ({ host, rows, ours = 0 }: Seen): boolean => {
  const shares = rows('system-activity').flatMap((row) => {
    const idle = numberOf(row, 'idle');
    return idle === undefined ? [] : [1 - idle - (numberOf(row, 'wait') ?? 0)];
  });
  const busy = (host.cpus * shares.reduce((sum, share) => sum + share, 0)) / Math.max(1, shares.length);
  return ours >= LEAST_OURS && ours >= busy * 0.5;
};

/**
 * How long tasks waited for a CPU in the worst second: pressure, run delay of each CPU and of each process's main
 * thread. Waits of background processes alone do not count, nor do waits that are all short.
 */
export const cpuWaits = (seen: Seen): CpuWaits => {
  const second = secondOf(seen);
  const processes = seen.rows('process-activity');
  const moments = momentsOf(processes, second);
  const delay = seen.rows('run-delay');
  const delays = Map.groupBy(delay, second);
  const pressure = largestBySecond(seen.rows('system-activity'), second, (row) => numberOf(row, 'cpuPressure'));
  const onCpu = largestBySecond(delay, second, (row) =>
    (numberOf(row, 'mean') ?? 0) >= SHORT ? Math.min(1, numberOf(row, 'waited') ?? 0) : 0,
  );
  const shares = new Map<number, number>();
  let [background, short] = [0, 0];
  for (const at of new Set([...pressure.keys(), ...onCpu.keys(), ...moments.keys()])) {
    const moment = moments.get(at);
    const all = Math.max(pressure.get(at)?.value ?? 0, onCpu.get(at)?.value ?? 0);
    const hurt = moment?.hurt ?? 0;
    const mean = meanOf(delays.get(at) ?? [], moment, all);
    const onlyBackground = (moment?.background ?? 0) >= 0.3 && (moment?.longest ?? 0) < 0.05;
    const onlyShort = mean !== undefined && mean < SHORT / 2 && hurt < 0.05;
    if (onlyBackground && all >= BOUNDS.some) background++;
    else if (onlyShort && all >= BOUNDS.some) short++;
    shares.set(at, Math.min(1, onlyBackground || onlyShort ? hurt : Math.max(all, hurt)));
  }
  const measured = pressure.size > 0 || onCpu.size > 0 || processes.some((row) => numberOf(row, 'wait') !== undefined);
  const judged = judgeWaits(shares, BOUNDS, measured);
  const unexplained = isUnexplained(seen, shares, judged.bad);
  const forOurs = isForOurs(seen);
  const waits = (unexplained || forOurs) && judged.level === 'much' ? { ...judged, level: 'some' as const } : judged;
  const victims = processes.filter(
    (row) => waits.bad.has(second(row)) && !isKernelThread(row) && !isOurs(row) && !isBackground(row),
  );
  return {
    ...waits,
    waiter: largestOf(victims, 'wait'),
    background: background > 0,
    short: short > 0,
    unexplained,
    forOurs,
  };
};
