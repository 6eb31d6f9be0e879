import type { ColumnDoc } from '../../columns/column.ts';

/** A line of perf stat: a counter, a metric, or both. Fields that the tool does not print are undefined. */
export interface StatRow {
  readonly t?: number | undefined;
  readonly where?: string | undefined;
  readonly cpus?: number | undefined;
  readonly cgroup?: string | undefined;
  readonly event?: string | undefined;
  readonly group?: string | undefined;
  readonly value?: number | undefined;
  readonly unit?: string | undefined;
  readonly noise?: number | undefined;
  readonly running?: number | undefined;
  readonly runtime?: number | undefined;
  readonly metric?: number | undefined;
  readonly metricUnit?: string | undefined;
  readonly state?: string | undefined;
}

/** The rows of a line: several with --metric-only, none for a heading; undefined if it cannot be parsed. */
export type ReadLine = (line: string) => readonly StatRow[] | undefined;

export const columns = {
  t: {
    unit: 's',
    clock: 'monotonic',
    doc: 'End of the interval (-I), in seconds since perf stat began; absent for totals such as --summary.',
  },
  where: {
    unit: '',
    doc: 'The CPU, core, die, cluster, cache, socket, node or thread of a separate count (-A, --per-*).',
    key: true,
  },
  cpus: {
    unit: 'count',
    doc: 'Number of CPUs in `where` (--per-core, --per-die, --per-socket, --per-node).',
  },
  cgroup: { unit: '', doc: 'The cgroup that was counted (-G, --for-each-cgroup).', key: true },
  event: {
    unit: '',
    doc: 'The event, or the group of metrics that starts here; "time elapsed", "user" and "sys" at the end of text output.',
    key: true,
  },
  group: { unit: '', doc: 'Group of the metric: "TopdownL1 (cpu_core)".', key: true },
  value: { unit: 'count', doc: 'The count, in `unit`; absent if it was not counted.' },
  unit: { unit: '', doc: 'The unit of `value`: msec, Joules ...; absent for plain counts.' },
  noise: { unit: '1', doc: 'The standard error of the mean over repeated runs (-r), as a share of `value`.' },
  running: {
    unit: '1',
    doc: 'Share of the time in which the event was counted by the PMU; below 1 (multiplexing), `value` is an estimate.',
  },
  runtime: { unit: 's', doc: 'Time in which the event was counted by the PMU, over all CPUs.' },
  metric: { unit: 'count', doc: 'The metric that perf computed from the count, in `metricUnit`; absent for nan.' },
  metricUnit: { unit: '', doc: 'Name and unit of the metric: "insn per cycle", "of all branches", "%  tma_retiring".' },
  state: { unit: '', doc: '"not counted" or "not supported" if there is no count.' },
} as const satisfies Readonly<Record<string, ColumnDoc>>;

/** A heading or comment: no rows. */
export const NO_ROWS: readonly StatRow[] = [];
