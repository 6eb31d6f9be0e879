import type { ColumnDoc } from '../../columns/column.ts';

/** One line of perf stat: a counter, a metric, or both. What the tool does not say is undefined. */
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

/** The rows of a line (several with --metric-only), none for a heading; undefined if it cannot be read. */
export type ReadLine = (line: string) => readonly StatRow[] | undefined;

export const columns = {
  t: {
    unit: 's',
    clock: 'monotonic',
    doc: 'The end of the interval (-I), in seconds since perf stat began; absent in totals, as those of --summary.',
  },
  where: {
    unit: '',
    doc: 'The CPU, core, die, cluster, cache, socket, node or thread that was counted apart (-A, --per-*).',
    key: true,
  },
  cpus: {
    unit: 'count',
    doc: 'How many CPUs `where` counts together (--per-core, --per-die, --per-socket, --per-node).',
  },
  cgroup: { unit: '', doc: 'The cgroup that was counted (-G, --for-each-cgroup).', key: true },
  event: {
    unit: '',
    doc: 'The event, or the group of metrics that the line opens; "time elapsed", "user" and "sys" below text output.',
    key: true,
  },
  group: { unit: '', doc: 'The group that a metric is of: "TopdownL1 (cpu_core)".', key: true },
  value: { unit: 'count', doc: 'The count, in `unit`; absent where it was not counted.' },
  unit: { unit: '', doc: 'The unit of `value`: msec, Joules ...; absent for plain counts.' },
  noise: { unit: '1', doc: 'The standard error of the mean over repeated runs (-r), as a share of `value`.' },
  running: {
    unit: '1',
    doc: 'The share of the time that the event was on the hardware; below 1, `value` is an estimate.',
  },
  runtime: { unit: 's', doc: 'How long the event was on the hardware, over all CPUs.' },
  metric: { unit: 'count', doc: 'What perf computed from the count, in `metricUnit`; absent for nan.' },
  metricUnit: { unit: '', doc: 'The metric and its unit: "insn per cycle", "of all branches", "%  tma_retiring".' },
  state: { unit: '', doc: 'not counted or not supported, where there is no count.' },
} as const satisfies Readonly<Record<string, ColumnDoc>>;

/** A heading or comment: no rows. */
export const NO_ROWS: readonly StatRow[] = [];
