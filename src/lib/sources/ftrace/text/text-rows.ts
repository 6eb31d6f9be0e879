import type { ColumnData, ColumnDoc, Table } from '../../../columns/column.ts';
import { takeRows } from '../../../columns/take.ts';
import { printable } from '../../../printable.ts';
import { sampleColumns } from '../../../stacks/profile.ts';
import { ascends, stableOrder } from '../../../stacks/symbols/stable-order.ts';
import { fieldColumn, numbersByRow, type FieldColumn } from '../../formats/printed-columns.ts';
import { eventColumns } from '../event-columns.ts';
import type { EventLine } from './event-line.ts';
import { MESSAGE, newFields } from './fields.ts';
import type { DocumentedFields } from './format-fields.ts';
import type { Heading } from './heading.ts';

/** The events of one kind that a text has so far. */
export interface TextRows {
  readonly event: string;
  readonly size: number;
  /** Adds an event; `time`: ns since the second of the first line. */
  add(time: number, heading: Heading, line: EventLine, bytes: Uint8Array): void;
  /** The stack of the row that was added last, outermost function first. */
  stack(text: string): void;
  least(): number;
  /** In order of time; `shift`: what to add to each time, in ns. */
  table(shift: number): Table;
}

/** Columns that are not named by what the event prints. */
const DOCS: Readonly<Record<string, ColumnDoc>> = {
  [MESSAGE]: { unit: '', doc: 'What the event prints without a name: the whole of it, or what stands before the first `name=`.' }, // prettier-ignore
  stack: { ...sampleColumns.stack, doc: 'The functions that led to the event, outermost first, of an instance with a stack trace per event.' }, // prettier-ignore
  function: { unit: '', doc: 'The function that the tracer saw.' },
  parent: { unit: '', doc: 'The function that called it.' },
};

const docOf = (name: string, field: FieldColumn): ColumnDoc => ({
  unit: '',
  doc: `The value that the event prints as \`${printable(name, 100)}\`.`,
  ...(field.ofNumbers && /(?:^|_)pid$/.test(name) ? ({ ref: 'tid' } as const) : {}),
});

/** A return value as the kernel prints it, in hexadecimal without a sign. */
const returned = (bytes: Uint8Array, { from, to }: EventLine): number | undefined => {
  const said = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  return /^0x[0-9a-f]{1,16}$/.test(said) ? Number(BigInt.asIntN(64, BigInt(said))) : undefined;
};

/** Where the values of each event's text go. */
const newValues = (event: string, { kind, writing }: Pick<EventLine, 'kind' | 'writing'>, known?: DocumentedFields) => {
  const fields = known ?? newFields(event, writing);
  const own = new Map<string, FieldColumn>();
  const column = (name: string): FieldColumn => {
    const found = own.get(name) ?? fieldColumn();
    own.set(name, found);
    return found;
  };
  return {
    column,
    put(row: number, line: EventLine, bytes: Uint8Array): void {
      if (kind === 'function') {
        column('function').bytes(row, bytes, line.nameFrom, line.nameTo);
        column('parent').bytes(row, bytes, line.from, line.to);
      } else if (line.prefix === 'sys_exit_') column('ret').cell(row, returned(bytes, line));
      else fields.take(row, bytes, line.from, line.to);
    },
    columns: (size: number): readonly (readonly [string, ColumnDoc, ColumnData])[] => {
      const stack = own.get('stack');
      own.delete('stack');
      const named = [...fields.columns()].map(
        ([name, field]) => [name, known?.docs.get(name) ?? (name === MESSAGE ? DOCS[name] : undefined), field] as const,
      );
      const ours = (of: Iterable<readonly [string, FieldColumn]>) =>
        [...of].map(([name, field]) => [name, DOCS[name], field] as const);
      const all = [...ours(own), ...named, ...ours(stack === undefined ? [] : [['stack', stack]])];
      return all.map(([name, doc, field]) => [printable(name, 200), doc ?? docOf(name, field), field.column(size)]);
    },
  };
};

/** Starts without rows, for an event that is first seen in `line`. `fields`: those that are known beforehand. */
export const textRows = (event: string, line: EventLine, fields?: DocumentedFields): TextRows => {
  const [times, cpus, pids, tids] = [numbersByRow(), numbersByRow(), numbersByRow(), numbersByRow()];
  const comms = fieldColumn();
  const values = newValues(event, { ...line }, fields);
  let [size, least] = [0, Infinity];
  return {
    event,
    get size() {
      return size;
    },
    add(time, heading, line, bytes) {
      const row = size++;
      if (time < least) least = time;
      times.set(row, time);
      cpus.set(row, heading.cpu);
      pids.set(row, heading.tid === 0 ? 0 : heading.pid < 0 ? NaN : heading.pid);
      tids.set(row, heading.tid);
      const { commFrom, commTo } = heading;
      if (!isUnknown(bytes, commFrom, commTo)) comms.bytes(row, bytes, commFrom, commTo);
      values.put(row, line, bytes);
    },
    stack(text) {
      values.column('stack').cell(size - 1, text);
    },
    least: () => least,
    table(shift) {
      const t = Float64Array.from(times.column(size).values, (each) => (each + shift) / 1e9);
      const made = values.columns(size);
      const table: Table = {
        size,
        data: {
          t: { kind: 'number', values: t },
          cpu: cpus.column(size),
          pid: pids.column(size),
          tid: tids.column(size),
          comm: textColumn(comms, size),
          ...Object.fromEntries(made.map(([name, , data]) => [name, data])),
        },
        docs: { ...eventColumns, ...Object.fromEntries(made.map(([name, doc]) => [name, doc])) },
      };
      return ascends(t, size) ? table : takeRows(table, stableOrder(t, size));
    },
  };
};

/** '<...>': the kernel did not know the name any more. */
const isUnknown = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from === 5 && bytes[from] === 60 && bytes[from + 1] === 46 && bytes[from + 4] === 62;

/** A column of names, even if it has none. */
const textColumn = (field: FieldColumn, size: number): ColumnData =>
  field.ofNumbers ? { kind: 'text', codes: new Uint8Array(size), names: [], valid: new Uint8Array((size + 7) >> 3) } : field.column(size); // prettier-ignore
