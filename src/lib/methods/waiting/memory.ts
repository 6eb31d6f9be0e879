import type { NumberIn, RowOf } from '../../questions/rows.ts';
import type { Seen } from '../step.ts';
import { isRootCgroup, waitingCgroup } from './cgroups.ts';
import {
  judgeWaits,
  largestBySecond,
  largestOf,
  type Level,
  numberOf,
  secondOf,
  type Timed,
  totalOf,
  type Waits,
} from './seconds.ts';

const BOUNDS = { worst: 0.2, bad: 0.1, some: 0.03 };
/** Without pressure: direct reclaims, or pages swapped in, per second that are more than noise. */
const STALLS = 10;
const SWAPPED = 100;
/** Short waits count as much if they occur in half of the seconds, and in at least this many, with pages swapped in. */
const LASTING = 5;

/** Waiting for memory. */
export interface MemoryWaits extends Waits {
  /** Processes that the OOM killer killed in the window. */
  readonly killed: number;
  /** The cgroup whose tasks waited longest, or which reached its limit most often while tasks waited; '' if none. */
  readonly cgroup: string;
  /** Seconds in which pages were swapped in. */
  readonly swapping: number;
  /** Allocations in the window that stalled in direct reclaim. */
  readonly stalls: number;
}

type Limits = RowOf<'cgroup-limits'>;

/** The cgroup with the largest value in the bad seconds. */
const cgroupWith = (rows: readonly Limits[], name: NumberIn<Limits>): string => {
  const most = largestOf(rows, name);
  return most === undefined ? '' : String(most.cgroup);
};

/** How long tasks waited for memory in the worst second: pressure of host and cgroups, reclaim, OOM kills. */
export const memoryWaits = (seen: Seen): MemoryWaits => {
  const second = secondOf(seen);
  const activity = seen.rows('system-activity');
  const reclaim = seen.rows('reclaim');
  const cgroups = seen.rows('cgroup-pressure').filter((row) => row.resource === 'memory');
  const own = cgroups.filter((row) => !isRootCgroup(row));
  const pressure = largestBySecond(activity, second, (row) => numberOf(row, 'memoryPressure'));
  const inside = largestBySecond(own, second, (row) => numberOf(row, 'some'));
  const shares = new Map([...pressure].map(([at, { value }]) => [at, value]));
  for (const [at, { value }] of inside) shares.set(at, Math.max(shares.get(at) ?? 0, value));
  const measured = pressure.size > 0;
  const swapping = activity.filter((row) => (numberOf(row, 'swapIn') ?? 0) > SWAPPED * seen.host.pageSize).length;
  const stalled = reclaim.filter((row) => (numberOf(row, 'stalls') ?? 0) >= STALLS).length;
  const stalls = Math.round(totalOf(reclaim, 'stalls'));
  const waits = judgeWaits(
    shares,
    BOUNDS,
    measured || reclaim.length > 0 || activity.some((row) => numberOf(row, 'swapIn') !== undefined),
  );
  const limits = seen.rows('cgroup-limits').filter((row) => row.kind === 'memory' && !isRootCgroup(row));
  const killed = Math.round(Math.max(totalOf(reclaim, 'oomKills'), totalOf(limits, 'oomKills')));
  const lasting = waits.bad.size * 2 >= waits.of && swapping * 2 >= waits.of && swapping >= LASTING;
  const measuredLevel = waits.level === 'some' && lasting ? 'much' : waits.level;
  const level: Level = measured ? measuredLevel : stalled >= 2 || swapping >= 2 ? 'much' : swapping > 0 || stalls > 0 ? 'some' : 'none'; // prettier-ignore
  const bad = <Row extends Timed>(rows: readonly Row[]): readonly Row[] =>
    rows.filter((row) => waits.bad.has(second(row)));
  const cgroup = waitingCgroup(bad(own)) || cgroupWith(bad(limits), 'max') || cgroupWith(limits, 'oomKills');
  return { ...waits, level: killed > 0 ? 'much' : level, killed, cgroup, swapping, stalls };
};
