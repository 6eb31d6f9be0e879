import type { ColumnData, Table, Validity } from '../../columns/column.ts';
import { internNames } from '../../stacks/intern.ts';
import { ROOT, sampleColumns } from '../../stacks/profile.ts';

/** Missing fields of a sample: bits for the columns that are absent in its row. */
export const NO_TIME = 1;
export const NO_CPU = 2;
export const NO_THREAD = 4;

/** Sample columns that grow by rows, in plain arrays: going through row objects costs 0.2 s per 400,000 rows. */
export interface Rows {
  readonly size: number;
  comm(name: string): number;
  /** The name of a code from comm(). */
  commName(code: number | undefined): string | undefined;
  /** The code of an event, by its name or number. */
  event(name: string): number;
  /** Adds a row; `stack` is ROOT if the sample has none, `lacks` marks other absent values. */
  add(
    t: number,
    cpu: number,
    pid: number,
    tid: number,
    comm: number,
    event: number,
    period: number,
    stack: number,
    lacks: number,
  ): void;
  /** The columns; `moved` gives each stack its final number, `nameOf` names events that were added by number. */
  table(moved: Uint32Array, nameOf?: (event: string) => string): Table;
}

const START = 1 << 14;

const columns = (capacity: number) => ({
  t: new Float64Array(capacity),
  cpu: new Uint32Array(capacity),
  pid: new Int32Array(capacity),
  tid: new Int32Array(capacity),
  comm: new Uint32Array(capacity),
  event: new Uint32Array(capacity),
  period: new Float64Array(capacity),
  stack: new Uint32Array(capacity),
  lacks: new Uint8Array(capacity),
});

const widened = (old: ReturnType<typeof columns>): ReturnType<typeof columns> => {
  const next = columns(old.t.length * 2);
  next.t.set(old.t);
  next.cpu.set(old.cpu);
  next.pid.set(old.pid);
  next.tid.set(old.tid);
  next.comm.set(old.comm);
  next.event.set(old.event);
  next.period.set(old.period);
  next.stack.set(old.stack);
  next.lacks.set(old.lacks);
  return next;
};

/** The validity bitmap of a column; undefined if every row has a value. */
const validity = (size: number, present: (row: number) => boolean): { valid?: Validity } => {
  const valid = new Uint8Array((size + 7) >> 3);
  let absent = 0;
  for (let row = 0; row < size; row++)
    if (present(row)) valid[row >> 3] = (valid[row >> 3] ?? 0) | (1 << (row & 7));
    else absent++;
  return absent === 0 ? {} : { valid };
};

/** Columns of samples before their stacks are named; arrays may be longer than the number of rows. */
export type SampleCells = ReturnType<typeof columns>;

/** The table of `size` rows; `moved` gives each stack its final number, in place. */
export const tableOf = (
  { t, cpu, pid, tid, comm, event, period, stack, lacks }: SampleCells,
  size: number,
  names: { readonly comms: readonly string[]; readonly events: readonly string[] },
  moved: Uint32Array,
): Table => {
  let lacking = 0;
  for (let row = 0; row < size; row++) lacking |= lacks[row] as number;
  const has = (bit: number): { valid?: Validity } =>
    (lacking & bit) === 0 ? {} : validity(size, (row) => ((lacks[row] as number) & bit) === 0);
  const valid = validity(size, (row) => stack[row] !== ROOT);
  for (let row = 0; row < size; row++) stack[row] = moved[stack[row] as number] ?? ROOT;
  const thread = has(NO_THREAD);
  const data: Record<keyof typeof sampleColumns, ColumnData> = {
    t: { kind: 'number', values: t, ...has(NO_TIME) },
    cpu: { kind: 'number', values: cpu, ...has(NO_CPU) },
    pid: { kind: 'number', values: pid, ...thread },
    tid: { kind: 'number', values: tid, ...thread },
    comm: { kind: 'text', codes: comm, names: names.comms, ...thread },
    event: { kind: 'text', codes: event, names: names.events },
    period: { kind: 'number', values: period },
    stack: { kind: 'number', values: stack, ...valid },
  };
  return { size, data, docs: sampleColumns };
};

export const growRows = (): Rows => {
  let all = columns(START);
  let size = 0;
  const comms = internNames();
  const events = internNames();
  return {
    get size() {
      return size;
    },
    comm: (name) => comms.code(name),
    commName: (code) => (code === undefined ? undefined : comms.list[code]),
    event: (name) => events.code(name),
    add(t, cpu, pid, tid, comm, event, period, stack, lacks) {
      if (size === all.t.length) all = widened(all);
      all.t[size] = t;
      all.cpu[size] = cpu;
      all.pid[size] = pid;
      all.tid[size] = tid;
      all.comm[size] = comm;
      all.event[size] = event;
      all.period[size] = period;
      all.stack[size] = stack;
      all.lacks[size++] = lacks;
    },
    table(moved, nameOf = (event) => event) {
      const names = internNames();
      const codes = events.list.map((event) => names.code(nameOf(event)));
      for (let row = 0; row < size; row++) all.event[row] = codes[all.event[row] as number] as number;
      return tableOf(all, size, { comms: comms.list, events: names.list }, moved);
    },
  };
};
