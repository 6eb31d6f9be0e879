import type { ColumnData, Table } from '../columns/column.ts';
import { FridayError } from '../errors.ts';
import { internNames } from './intern.ts';
import { sampleColumns } from './profile.ts';

/** One sample; undefined values are absent in their column. `comm` and `event` are codes of the builder's names. */
export interface SampleRow {
  readonly t?: number | undefined;
  readonly cpu?: number | undefined;
  readonly pid?: number | undefined;
  readonly tid?: number | undefined;
  readonly comm?: number | undefined;
  readonly event?: number | undefined;
  readonly period: number;
  readonly stack?: number | undefined;
}

type Field = keyof typeof sampleColumns;
const kinds = {
  t: Float64Array,
  cpu: Uint32Array,
  pid: Int32Array,
  tid: Int32Array,
  comm: Uint32Array,
  event: Uint32Array,
  period: Float64Array,
  stack: Uint32Array,
} as const satisfies Record<Field, unknown>;
const fields = Object.keys(kinds) as Field[];

/** A column that grows; its validity bitmap is created with the first absent value. */
interface Growing {
  readonly field: Field;
  values: InstanceType<(typeof kinds)[Field]>;
  valid: Uint8Array | undefined;
}

const grow = (column: Growing): void => {
  const values = new kinds[column.field](column.values.length * 2);
  values.set(column.values);
  column.values = values;
  if (column.valid === undefined) return;
  const valid = new Uint8Array((values.length + 7) >> 3);
  valid.set(column.valid);
  column.valid = valid;
};

const put = (column: Growing, row: number, value: number | undefined): void => {
  if (row >= column.values.length) grow(column);
  if (value === undefined) {
    column.valid ??= ones(column.values.length, row);
    return;
  }
  column.values[row] = value;
  if (column.valid !== undefined) column.valid[row >> 3] = (column.valid[row >> 3] ?? 0) | (1 << (row & 7));
};

/** A bitmap for `room` rows with the first `set` bits set. */
const ones = (room: number, set: number): Uint8Array => {
  const bits = new Uint8Array((room + 7) >> 3).fill(0xff, 0, set >> 3);
  if ((set & 7) !== 0) bits[set >> 3] = (1 << (set & 7)) - 1;
  return bits;
};

/** Fills the sample columns of a profile row by row. */
export interface SampleBuilder {
  readonly size: number;
  comm(name: string): number;
  event(name: string): number;
  add(row: SampleRow): void;
  table(): Table;
}

/** 2.7 GB of columns: what has more has no end. */
const MOST = 2 ** 26;

const tooMany = (): FridayError =>
  new FridayError('input', `profile: expected at most ${(MOST / 1e6).toFixed(0)} million samples, got more`, {
    next: 'Give a smaller part of it: head -c 1G FILE',
  });

export const buildSamples = (capacity = 1024): SampleBuilder => {
  const columns = fields.map((field): Growing => ({
    field,
    values: new kinds[field](Math.max(8, capacity)),
    valid: undefined,
  }));
  const comms = internNames();
  const events = internNames();
  const names: Partial<Record<Field, readonly string[]>> = { comm: comms.list, event: events.list };
  let size = 0;
  return {
    get size() {
      return size;
    },
    comm: (name) => comms.code(name),
    event: (name) => events.code(name),
    add(row) {
      if (size >= MOST) throw tooMany();
      for (const column of columns) put(column, size, row[column.field]);
      size++;
    },
    table: () => sampleTable(size, columns, names),
  };
};

const sampleTable = (
  size: number,
  columns: readonly Growing[],
  names: Partial<Record<Field, readonly string[]>>,
): Table => ({
  size,
  data: Object.fromEntries(
    columns.map(({ field, values, valid }): [string, ColumnData] => {
      const validity = valid === undefined ? {} : { valid };
      const dictionary = names[field];
      if (dictionary === undefined) return [field, { kind: 'number', values, ...validity }];
      return [field, { kind: 'text', codes: values as Uint32Array, names: dictionary, ...validity }];
    }),
  ),
  docs: sampleColumns,
});
