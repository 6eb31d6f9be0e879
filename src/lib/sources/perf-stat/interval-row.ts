import { SOFTWARE } from './programs.ts';
import type { StatRow } from './row.ts';

/** What one interval of perf stat counted: per second, or as shares; undefined if it was not counted. */
export type CounterRow = Readonly<Record<string, number | undefined>>;

/** An interval between two prints of perf, in seconds since perf began. */
export interface StatInterval {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly StatRow[];
}

/** `cycles` of `cycles:u` and of `cpu_core/cycles/`. */
const eventName = (event: string): string => /^(?:\w+\/)?([\w-]+)/.exec(event)?.[1] ?? event;

/** The counts of an event: CPUs with two kinds of cores have a row for each kind. */
const rowsOf = ({ rows }: StatInterval, event: string): readonly StatRow[] =>
  rows.filter((row) => row.event !== undefined && eventName(row.event) === event);

const countOf = (interval: StatInterval, event: string): number | undefined => {
  const counts = rowsOf(interval, event).flatMap(({ value }) => value ?? []);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
};

const share = (part: number | undefined, of: number | undefined): number | undefined =>
  part === undefined || of === undefined || of === 0 ? undefined : part / of;

/** A metric of top-down level 1: `%  tma_retiring` (Intel), `retiring` (AMD, Arm), `Retiring` (older versions of perf). */
const topDown = ({ rows }: StatInterval, name: string): number | undefined => {
  const pattern = new RegExp(`(?:^|\\s)(?:tma_)?${name}(?:_smt)?$`, 'i');
  const found = rows.find(({ metric, metricUnit = '' }) => metric !== undefined && pattern.test(metricUnit));
  if (found?.metric === undefined) return undefined;
  // Older versions print a fraction without a unit.
  return /^(?:%|percent|\d+percent)/.test(found.metricUnit ?? '') ? found.metric / 100 : found.metric;
};

/** The least share of time in which one of the events was on a counter of the PMU. */
const counted = ({ rows }: StatInterval): number | undefined => {
  const shares = rows.flatMap(({ event, running, runtime, value }) =>
    running === undefined || value === undefined || runtime === 0 || SOFTWARE.includes(eventName(event ?? ''))
      ? []
      : running,
  );
  return shares.length === 0 ? undefined : Math.min(...shares);
};

/** The columns of one interval. */
export const counterRow = (interval: StatInterval): CounterRow => {
  const seconds = interval.to - interval.from;
  const count = (event: string): number | undefined => countOf(interval, event);
  const rate = (event: string): number | undefined => share(count(event), seconds);
  const milliseconds = count('task-clock');
  return {
    ipc: share(count('instructions'), count('cycles')),
    branchMissRate: share(count('branch-misses'), count('branches')),
    cacheMissRate: share(count('cache-misses'), count('cache-references')),
    stalledFrontend: share(count('stalled-cycles-frontend'), count('cycles')),
    stalledBackend: share(count('stalled-cycles-backend'), count('cycles')),
    retiring: topDown(interval, 'retiring'),
    badSpeculation: topDown(interval, 'bad_speculation'),
    frontendBound: topDown(interval, 'frontend_bound'),
    backendBound: topDown(interval, 'backend_bound'),
    counted: counted(interval),
    cycles: rate('cycles'),
    instructions: rate('instructions'),
    branches: rate('branches'),
    branchMisses: rate('branch-misses'),
    cacheReferences: rate('cache-references'),
    cacheMisses: rate('cache-misses'),
    cpus: milliseconds === undefined ? undefined : share(milliseconds / 1000, seconds),
    contextSwitches: rate('context-switches'),
    migrations: rate('cpu-migrations'),
    pageFaults: rate('page-faults'),
    majorFaults: rate('major-faults'),
  };
};
