import type { ColumnDoc, Table } from '../../columns/column.ts';
import { growTable } from '../../columns/grow.ts';
import { linesOf } from '../../bytes/text-lines.ts';
import { leftLines } from '../left-lines.ts';
import { csvReader } from './csv.ts';
import { counterRow, type CounterRow, type StatInterval } from './interval-row.ts';
import type { StatRow } from './row.ts';

const share = (doc: string) => ({ unit: '1', doc }) as const;
const rate = (doc: string) => ({ unit: '1/s', doc }) as const;

/** The columns of counts by perf stat: a row for each second. */
export const cpuCountersColumns = {
  t: {
    unit: 's',
    clock: 'monotonic',
    doc: "Start of the interval, counted from the recording's start; about as exact as the line to the host is fast.",
  },
  seconds: { unit: 's', span: true, doc: 'Length of the interval.' },
  ipc: { unit: 'count', title: 'IPC', doc: 'Instructions per cycle.' },
  branchMissRate: share('Mispredicted branches, as a share of all branches.'),
  cacheMissRate: share(
    'Accesses that missed the last-level cache, as a share of those that reached it (what the event cache-misses means on this CPU).',
  ),
  stalledFrontend: share('Cycles in which no instruction was issued because none was fetched, as a share of cycles.'),
  stalledBackend: share('Cycles in which none was issued for want of a resource or data, as a share of cycles.'),
  retiring: share('Top-down level 1: pipeline slots whose instructions were completed.'),
  badSpeculation: share('Top-down level 1: slots lost to mispredicted branches and machine clears.'),
  frontendBound: share('Top-down level 1: slots empty because the frontend gave no instructions.'),
  backendBound: share('Top-down level 1: slots stalled because the backend (memory, execution) took no instructions.'),
  counted: share(
    'Share of the time in which every event was counted by the PMU, that of the least; below 1 (multiplexing), counts are estimates.',
  ),
  cycles: rate('CPU cycles that were not idle.'),
  instructions: rate('Instructions retired.'),
  branches: rate('Branch instructions retired.'),
  branchMisses: rate('Mispredicted branches.'),
  cacheReferences: rate('Accesses to the last-level cache.'),
  cacheMisses: rate('Misses in the last-level cache.'),
  cpus: {
    unit: 'CPUs',
    doc: 'CPUs over which events were counted (task-clock): CPU time per second of the target; all CPUs, idle or not, without one.',
  },
  contextSwitches: rate('Context switches.'),
  migrations: rate('Moves of a thread to another CPU.'),
  pageFaults: rate('Page faults.'),
  majorFaults: rate('Page faults that needed I/O.'),
} as const satisfies Readonly<Record<string, ColumnDoc>>;

/** When perf ran: seconds on the recording's clock. */
export interface StatWindow {
  /** When perf printed its first interval. */
  readonly began: number;
  readonly end: number;
}

export interface CpuCounters {
  readonly table: Table;
  /** What is missing in it, a sentence each. */
  readonly warnings: readonly string[];
}

/** Bytes of a line beyond which it is none of perf's. */
const LONGEST = 1 << 16;

/** Whole lines only: the last one may have been cut inside a number. */
const wholeLines = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  for await (const piece of bytes) {
    const all = Buffer.concat([rest, piece]);
    const end = all.lastIndexOf(10) + 1;
    yield all.subarray(0, end);
    rest = all.length - end > LONGEST ? Buffer.alloc(0) : all.subarray(end);
  }
};

const SEPARATOR = ';';

/** The rows of each interval, in order; a metric of a group has a line of its own without the interval's time. */
const intervalsOf = async (bytes: AsyncIterable<Uint8Array>, left: (line: string) => void): Promise<StatInterval[]> => {
  const read = csvReader(SEPARATOR);
  const intervals: { from: number; to: number; rows: StatRow[] }[] = [];
  for await (const line of linesOf(wholeLines(bytes))) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const rows = read(line);
    if (rows === undefined) left(line);
    for (const row of rows ?? []) {
      const last = intervals.at(-1);
      if (row.t !== undefined && row.t !== last?.to) intervals.push({ from: last?.to ?? 0, to: row.t, rows: [] });
      intervals.at(-1)?.rows.push(row);
    }
  }
  return intervals.filter(({ from, to }) => to > from);
};

/** perf counts by its own clock: an interval belongs to the window if half of it, or half of the window, lies in both. */
const isWithin = (from: number, to: number, end: number): boolean =>
  Math.min(to, end) - Math.max(from, 0) >= Math.min(to - from, end) / 2;

const isAbsent = (rows: readonly CounterRow[], names: readonly string[]): boolean =>
  rows.every((row) => names.every((name) => row[name] === undefined));

/** Groups of columns that may be missing, and their words. */
const GROUPS = [
  [['ipc'], 'instructions per cycle'],
  [['branchMissRate'], 'branch misses'],
  [['cacheMissRate'], 'cache misses'],
  [['stalledFrontend', 'stalledBackend'], 'stalled cycles'],
  [['retiring', 'badSpeculation', 'frontendBound', 'backendBound'], 'top-down level 1'],
] as const;

const missing = (rows: readonly CounterRow[], pmu: boolean): readonly string[] => {
  const absent = GROUPS.flatMap(([names, words]) => (isAbsent(rows, names) ? [words] : []));
  if (absent.length === 0 || rows.length === 0) return [];
  const why = pmu
    ? 'perf of this host does not support these events on this CPU, or the virtual machine hides them'
    : 'this host has no PMU that the kernel can use (most virtual machines get none)';
  return [`${absent.join(', ')}: not measurable here, because ${why}`];
};

const multiplexed = (rows: readonly CounterRow[]): readonly string[] => {
  const least = Math.min(1, ...rows.flatMap(({ counted = 1 }) => counted));
  if (least > 0.995) return [];
  return [
    `exact counts: the PMU has fewer counters than there are events, so they took turns (multiplexing), and the least of them was counted ${String(Math.round(least * 100))} % of the time; see the column counted`,
  ];
};

/** Reads what cpuCountersPerf() printed; malformed lines are warnings. `pmu`: whether its events were asked for. */
export const readCpuCounters = async (
  bytes: AsyncIterable<Uint8Array>,
  { began, end, pmu }: StatWindow & { readonly pmu: boolean },
): Promise<CpuCounters> => {
  const left = leftLines('perf stat', 'a counter or a metric');
  const intervals = await intervalsOf(bytes, (line) => {
    left.add(line);
  });
  const origin = began - (intervals[0]?.to ?? 0);
  const grower = growTable(cpuCountersColumns);
  const rows: CounterRow[] = [];
  for (const interval of intervals) {
    const { from, to } = interval;
    if (!isWithin(origin + from, origin + to, end)) continue;
    const row = counterRow(interval);
    rows.push(row);
    grower.push({ t: origin + from, seconds: to - from, ...row });
  }
  const said = left.warnings().map(({ say }) => say);
  return { table: grower.table(), warnings: [...missing(rows, pmu), ...multiplexed(rows), ...said] };
};
