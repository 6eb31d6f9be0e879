import type { ColumnData } from '../../columns/column.ts';
import { internNames } from '../../stacks/intern.ts';
import type { NameCodes } from '../../stacks/intern.ts';

/** The thread of a sample; comm as a code. */
export interface ThreadCodes {
  readonly comm: number | undefined;
  readonly pid: number | undefined;
  readonly tid: number | undefined;
  readonly cpu: number | undefined;
}

/** A time on perf's clock. */
export interface Moment {
  readonly seconds: number;
  readonly nanos: number;
}

/** One event; absent values are undefined. */
export interface ScriptRow extends ThreadCodes {
  readonly at: Moment | undefined;
  readonly event: number | undefined;
  readonly period: number;
  readonly stack: number | undefined;
}

/** The text after an event's name, as codes of `details`. */
export interface DetailCodes {
  readonly flags: number | undefined;
  readonly target: number | undefined;
  readonly targetAddress: number | undefined;
  readonly detail: number | undefined;
}

/** Sample columns with room for a given number of rows. */
export interface ScriptColumns {
  readonly details: Readonly<Record<keyof DetailCodes, NameCodes>> | undefined;
  add(row: ScriptRow, details?: DetailCodes): void;
  size(): number;
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

const detailNames = ['flags', 'target', 'targetAddress', 'detail'] as const;

const detailColumns = (room: number) => ({
  names: Object.fromEntries(detailNames.map((name) => [name, internNames()])) as Record<keyof DetailCodes, NameCodes>,
  columns: detailNames.map((name) => [name, optional(new Uint32Array(room))] as const),
});

/** Converts times to seconds since `first`. */
export const columnsFor = (
  room: number,
  first: Moment | undefined,
  names: { readonly comms: readonly string[]; readonly events: readonly string[] },
  withDetails: boolean,
): ScriptColumns => {
  const [t, period] = [optional(new Float64Array(room)), new Float64Array(room)];
  const [pid, tid] = [optional(new Int32Array(room)), optional(new Int32Array(room))];
  const codes = (): Optional<Uint32Array> => optional(new Uint32Array(room));
  const [cpu, comm, event, stack] = [codes(), codes(), codes(), codes()];
  const details = withDetails ? detailColumns(room) : undefined;
  let size = 0;
  return {
    details: details?.names,
    add(row, found) {
      put(t, size, row.at === undefined || first === undefined ? undefined : since(row.at, first));
      put(cpu, size, row.cpu);
      put(pid, size, row.pid);
      put(tid, size, row.tid);
      put(comm, size, row.comm);
      put(event, size, row.event);
      put(stack, size, row.stack);
      for (const [name, column] of details?.columns ?? []) put(column, size, found?.[name]);
      period[size++] = row.period;
    },
    size: () => size,
    data: () => ({
      t: number(t),
      cpu: number(cpu),
      pid: number(pid),
      tid: number(tid),
      comm: text(comm, names.comms),
      event: text(event, names.events),
      period: { kind: 'number', values: period },
      stack: number(stack),
      ...Object.fromEntries(
        (details?.columns ?? []).map(([name, column]) => [name, text(column, details?.names[name].list ?? [])]),
      ),
    }),
  };
};

/** Whole seconds and nanoseconds are subtracted separately, so that rounding loses nothing. */
const since = (at: Moment, first: Moment): number => at.seconds - first.seconds + (at.nanos - first.nanos) / 1e9;

export const isBefore = (a: Moment, b: Moment): boolean =>
  a.seconds < b.seconds || (a.seconds === b.seconds && a.nanos < b.nanos);
