import type { ColumnData } from '../../columns/column.ts';
import { HAS_CPU, HAS_PERIOD, HAS_TIME } from './script-text.ts';
import type { Records } from './script-text.ts';

/** Who a sample was taken in: comm as a code. */
export interface ThreadCodes {
  readonly comm: number | undefined;
  readonly pid: number | undefined;
  readonly tid: number | undefined;
  readonly cpu: number | undefined;
}

/** Sample columns with room for every record. */
export interface ScriptColumns {
  add(
    record: number,
    thread: ThreadCodes,
    event: number | undefined,
    stack: number | undefined,
    flags: number,
    period?: number,
  ): void;
  size(): number;
  /** Seconds on perf's clock at t = 0. */
  start(): number;
  data(): Readonly<Record<string, ColumnData>>;
}

type Values = Float64Array | Uint32Array | Int32Array;

interface Optional<V extends Values> {
  readonly values: V;
  readonly valid: Uint8Array;
  absent: number;
}

const optional = <V extends Values>(values: V): Optional<V> => ({
  values,
  valid: new Uint8Array((values.length + 7) >> 3),
  absent: 0,
});

const put = (column: Optional<Values>, row: number, value: number | undefined): void => {
  if (value === undefined) {
    column.absent++;
    return;
  }
  column.values[row] = value;
  column.valid[row >> 3] = (column.valid[row >> 3] ?? 0) | (1 << (row & 7));
};

const number = ({ values, valid, absent }: Optional<Values>): ColumnData => ({
  kind: 'number',
  values,
  ...(absent > 0 ? { valid } : {}),
});

const text = ({ values, valid, absent }: Optional<Uint32Array>, names: readonly string[]): ColumnData => ({
  kind: 'text',
  codes: values,
  names,
  ...(absent > 0 ? { valid } : {}),
});

export const columnsFor = (records: Records, comms: readonly string[], events: readonly string[]): ScriptColumns => {
  const room = records.size;
  const [t, period] = [optional(new Float64Array(room)), new Float64Array(room)];
  const [cpu, pid, tid] = [
    optional(new Uint32Array(room)),
    optional(new Int32Array(room)),
    optional(new Int32Array(room)),
  ];
  const [comm, event, stack] = [new Uint32Array(room), new Uint32Array(room), new Uint32Array(room)].map(optional) as [
    Optional<Uint32Array>,
    Optional<Uint32Array>,
    Optional<Uint32Array>,
  ];
  const first = earliest(records);
  let size = 0;
  return {
    add(r, thread, eventCode, stackId, flags, count = 1) {
      const has = (flag: number): boolean => (flags & flag) !== 0;
      put(t, size, has(HAS_TIME) ? timeOf(records, r, first) : undefined);
      put(cpu, size, has(HAS_CPU) ? records.cpu[r] : thread.cpu);
      put(pid, size, thread.pid);
      put(tid, size, thread.tid);
      put(comm, size, thread.comm);
      put(event, size, eventCode);
      put(stack, size, stackId);
      period[size] = has(HAS_PERIOD)
        ? (records.period[r * 2] ?? 0) + (records.period[r * 2 + 1] ?? 0) * 2 ** 32
        : count;
      size++;
    },
    size: () => size,
    start: () => (first === undefined ? 0 : (records.seconds[first] ?? 0) + (records.nanos[first] ?? 0) / 1e9),
    data: () => ({
      t: number(t),
      cpu: number(cpu),
      pid: number(pid),
      tid: number(tid),
      comm: text(comm, comms),
      event: text(event, events),
      period: { kind: 'number', values: period },
      stack: number(stack),
    }),
  };
};

/** The record with the smallest time. */
const earliest = ({ size, flags, seconds, nanos }: Records): number | undefined => {
  let first: number | undefined;
  for (let r = 0; r < size; r++) {
    if (((flags[r] ?? 0) & HAS_TIME) === 0) continue;
    const [s, n] = [seconds[r] ?? 0, nanos[r] ?? 0];
    const [s0, n0] = first === undefined ? [Infinity, 0] : [seconds[first] ?? 0, nanos[first] ?? 0];
    if (s < s0 || (s === s0 && n < n0)) first = r;
  }
  return first;
};

/** Whole seconds and nanoseconds are subtracted apart, so that nothing is lost to rounding. */
const timeOf = ({ seconds, nanos }: Records, r: number, first = 0): number =>
  (seconds[r] ?? 0) - (seconds[first] ?? 0) + ((nanos[r] ?? 0) - (nanos[first] ?? 0)) / 1e9;
