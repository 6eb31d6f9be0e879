import type { ColumnData, Numbers } from '../../columns/column.ts';
import { at, type TextKernel } from '../../stacks/text-kernel.ts';
import { orderOfTimes } from './time-order.ts';
import { arrays, listOf } from './trace-columns.ts';
import type { TraceField } from './tracing-data.ts';

type ArrayOf<T> = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, from: number, length: number): T;
};

/** An event's columns in the kernel's memory, given out in the order of time. */
export interface Gather {
  readonly rows: number;
  /** ns since the kernel's base, ascending. */
  readonly times: Float64Array;
  /** The column at an address, in memory of its own. */
  column<T extends { slice(): T }>(Type: ArrayOf<T>, address: number): T;
}

/** Puts an event's rows into the order of time; room for `most` rows is shared by all of its columns. */
export const gatherOf = (kernel: TextKernel, event: number): Gather => {
  const rows = kernel.traceRows(event);
  const inFile = (): Float64Array => new Float64Array(kernel.memory.buffer, kernel.traceColumn(event, 0) >>> 0, rows);
  const order = orderOfTimes(inFile(), rows);
  let room = 0;
  let orderAt = 0;
  if (order !== undefined) {
    room = kernel.traceSpace(rows * 8) >>> 0;
    orderAt = kernel.traceSpace(rows * 4) >>> 0;
    new Uint32Array(kernel.memory.buffer, orderAt, rows).set(order);
  }
  const column = <T extends { slice(): T }>(Type: ArrayOf<T>, address: number): T => {
    if (order === undefined) return new Type(kernel.memory.buffer, address >>> 0, rows).slice();
    kernel.traceGather(address, room, orderAt, rows, Type.BYTES_PER_ELEMENT);
    return new Type(kernel.memory.buffer, room, rows).slice();
  };
  return { rows, times: column(Float64Array, kernel.traceColumn(event, 0)), column };
};

const utf8 = new TextDecoder('utf-8');

/** The texts of a field, by code. */
const namesOf = (kernel: TextKernel, event: number, index: number, field: TraceField): string[] => {
  const words = new Uint32Array(kernel.memory.buffer);
  const wordAt = (address: number, i: number): number => words[(address >>> 2) + i] ?? 0;
  const numbers = kernel.traceTextNumbers(event, index);
  return Array.from({ length: kernel.traceTexts(event, index) }, (_, code) => {
    const text = wordAt(numbers, code);
    const from = at(kernel.arena) + wordAt(at(kernel.starts), text);
    const bytes = new Uint8Array(kernel.memory.buffer, from, wordAt(at(kernel.lengths), text));
    return field.kind === 'text' ? utf8.decode(bytes) : listOf(bytes.slice(), field, true);
  });
};

/** A field's column: numbers in the field's own type, texts and byte lists by code. */
export const fieldColumn = (
  kernel: TextKernel,
  event: number,
  index: number,
  field: TraceField,
  gather: Gather,
): ColumnData => {
  const address = kernel.traceColumn(event, index + 4);
  if (field.kind !== 'number')
    return { kind: 'text', codes: gather.column(Uint32Array, address), names: namesOf(kernel, event, index, field) };
  const Type = (arrays[`${field.size}${field.signed ? 's' : 'u'}`] ?? Float64Array) as unknown as ArrayOf<Float64Array>;
  return { kind: 'number', values: gather.column(Type, address) as Numbers };
};
