import { isOurs } from '../../our-processes.ts';
import type { RowOf } from '../../questions/rows.ts';
import type { Seen } from '../step.ts';
import { waitingCgroup } from './cgroups.ts';
import { groupsBy, isKernelThread, type Process } from './culprits.ts';
import { judgeWaits, largestBySecond, numberOf, secondOf, type Timed, type Waits } from './seconds.ts';

const BOUNDS = { worst: 0.2, bad: 0.1, some: 0.05 };
/**
 * A small request slower than this is slow (seconds); large ones may take their transfer time at 50 MB/s in addition.
 */
const SLOW = 0.01;
const TRANSFER = 50e6;
/** From this mean request size in bytes on, I/O counts as sequential. */
const LARGE = 64 * 1024;
/** Only a device with more than this utilization may explain the waiting. */
const BUSY = 0.3;

/**
 * Why tasks waited for I/O: a slow device, a device that is busy with fast requests, or something above all devices.
 */
export type IoCause = 'slow' | 'busy' | 'above' | 'nothing';

type Device = RowOf<'disk-activity'>;

/** Waiting for I/O. */
export interface DiskWaits extends Waits {
  readonly cause: IoCause;
  /** The slowest row of the device at fault. */
  readonly device: Device | undefined;
  /** Its slowest mean request time in one second, for reads, writes or flushes. */
  readonly wait: number;
  /** Seconds in which a device was slow while tasks waited. */
  readonly slowSeconds: number;
  /** A device was slow, but no task waited. */
  readonly unwaited: boolean;
  /** The only process known to have waited, if it moved most bytes, in large requests; otherwise ''. */
  readonly alone: string;
  /** The cgroup whose tasks waited longest in the bad seconds; '' if none. */
  readonly cgroup: string;
  /** Processes in uninterruptible sleep, and in how many samples. */
  readonly blocked: ReadonlyMap<string, number>;
}

const REQUESTS = ['reads', 'writes', 'flushes'] as const;
const AWAITS = ['readAwait', 'writeAwait', 'flushAwait', 'await'] as const;

/**
 * The slowest mean time of a row's reads, writes and flushes; the whole interval if a busy device completed nothing.
 */
const requestTime = (row: Device): number => {
  const done = REQUESTS.some((name) => (numberOf(row, name) ?? 0) > 0);
  const stuck = !done && (numberOf(row, 'util') ?? 0) >= 0.9;
  if (stuck) return Math.max(1, numberOf(row, 'seconds') ?? 1);
  return AWAITS.reduce((most, name) => Math.max(most, numberOf(row, name) ?? 0), 0);
};

const sizeOf = (row: Device): number => {
  const requests = (numberOf(row, 'reads') ?? 0) + (numberOf(row, 'writes') ?? 0);
  const moved = (numberOf(row, 'read') ?? 0) + (numberOf(row, 'written') ?? 0);
  return requests > 0 ? moved / requests : 0;
};

const isSlow = (row: Device): boolean => requestTime(row) >= SLOW + sizeOf(row) / TRANSFER;
const isStacked = ({ device }: Device): boolean => /^(loop|dm-|md)\d/.test(String(device));

/** The slowest row; of a loop or dm device and the device below, the latter if it is at least half as slow. */
const slowestDevice = (rows: readonly Device[]): Device | undefined => {
  const [first, ...rest] = [...rows].sort((a, b) => requestTime(b) - requestTime(a));
  if (first === undefined || !isStacked(first)) return first;
  return rest.find((row) => !isStacked(row) && requestTime(row) >= requestTime(first) * 0.5) ?? first;
};

const blockedIn = (rows: readonly Process[]): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const { process } of rows) found.set(String(process), (found.get(String(process)) ?? 0) + 1);
  return found;
};

/** The process that moved at least 80 % of all bytes, if no other is known to wait. */
const onlyMover = (
  rows: readonly Process[],
  blocked: ReadonlyMap<string, number>,
  devices: readonly Device[],
): string => {
  const groups = groupsBy(rows, (row) => (numberOf(row, 'read') ?? 0) + (numberOf(row, 'written') ?? 0));
  const all = groups.reduce((sum, { total }) => sum + total, 0);
  const [top] = groups;
  if (top === undefined || top.processes.length > 1 || top.total < all * 0.8) return '';
  const [process = ''] = top.processes;
  const others = [...blocked].filter(([name, samples]) => name !== process && samples >= 2);
  const large = devices.some((row) => sizeOf(row) >= LARGE);
  return others.length === 0 && large ? process : '';
};

/** How long tasks waited for I/O in the worst second (pressure, uninterruptible sleep), and for which device. */
export const diskWaits = (seen: Seen): DiskWaits => {
  const second = secondOf(seen);
  const devices = seen.rows('disk-activity');
  const processes = seen.rows('process-activity').filter((row) => !isOurs(row) && !isKernelThread(row));
  const sleeping = processes.filter(({ state }) => state === 'D');
  const inSleep = new Set(sleeping.map(second));
  const pressure = largestBySecond(seen.rows('system-activity'), second, (row) => numberOf(row, 'ioPressure'));
  const own = seen.rows('cgroup-pressure').filter((row) => row.resource === 'io');
  const inside = largestBySecond(own, second, (row) => numberOf(row, 'some'));
  const shares = new Map([...pressure].map(([at, { value }]) => [at, Math.min(1, value)]));
  for (const [at, { value }] of inside) shares.set(at, Math.min(1, Math.max(shares.get(at) ?? 0, value)));
  const waits = judgeWaits(shares, BOUNDS, pressure.size > 0);
  const waited = (row: Timed): boolean => (shares.get(second(row)) ?? 0) >= 0.05 || inSleep.has(second(row));
  const slow = devices.filter(isSlow);
  const hurting = slow.filter(waited);
  const slowSeconds = new Set(hurting.map(second));
  const most = [...slowSeconds].reduce((worst, at) => Math.max(worst, shares.get(at) ?? 0), 0);
  const isCause = slowSeconds.size >= 2 || most >= BOUNDS.worst;
  const busy = largestBySecond(devices, second, (row) => numberOf(row, 'util'));
  const above = [...waits.bad].filter((at) => (busy.get(at)?.value ?? 0) < Math.min(BUSY, (shares.get(at) ?? 0) / 2));
  const blocked = blockedIn(sleeping);
  const cause: IoCause = isCause ? 'slow' : waits.level === 'none' ? 'nothing' : above.length * 2 > waits.bad.size ? 'above' : 'busy'; // prettier-ignore
  const device = slowestDevice(isCause ? hurting : slow.length > 0 ? slow : devices);
  return {
    ...waits,
    cause,
    device,
    blocked,
    slowSeconds: slowSeconds.size,
    wait: device === undefined ? 0 : requestTime(device),
    unwaited: slow.length > 0 && !isCause,
    cgroup: waitingCgroup(own.filter((row) => waits.bad.has(second(row)))),
    alone: onlyMover(processes, blocked, isCause ? hurting : devices),
    level: isCause ? 'much' : waits.level,
  };
};
