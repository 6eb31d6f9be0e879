import type { ColumnData, Numbers } from '../../columns/column.ts';
import { ascends, stableOrder } from '../../stacks/symbols/stable-order.ts';
import { u32, type Wasm } from '../../bytes/wasm.ts';
import { arrays, listOf } from './trace-columns.ts';
import { wideColumn } from './trace-wide.ts';
import type { TraceField } from './trace-format.ts';

type ArrayOf<T> = new (buffer: ArrayBuffer, from: number, length: number) => T;

/**
 * An event's columns in order of time. They are in the memory of WASM, which is kept as long as one of them is used.
 */
export interface Gather {
  readonly rows: number;
  /** Time in ns since WASM's base, ascending. */
  readonly times: Float64Array;
  /** 1: cpus, 2: pids, 3: tids, from 4 on: the fields. */
  column<T>(Type: ArrayOf<T>, column: number): T;
  /** The bits of a column of 64-bit numbers, two words each. */
  words(column: number): Uint32Array;
}

/** Cell sizes of times, cpus, pids and tids in bytes. */
const BASE_WIDTHS = [8, 4, 4, 4];

const widthOf = ({ kind, size }: TraceField): number => (kind === 'number' ? size : 4);

/**
 * Sorts an event's rows by time. The widest columns come first, and each is written to the memory of the one before it,
 * so that all of them together need the memory of one more column.
 */
export const gatherOf = (wasm: Wasm, event: number, fields: readonly TraceField[]): Gather => {
  const rows = wasm.traceRows(event);
  const widths = [...BASE_WIDTHS, ...fields.map(widthOf)];
  const places = widths.map((_, column) => wasm.traceColumn(event, column) >>> 0);
  const inFile = new Float64Array(wasm.memory.buffer, places[0], rows);
  if (!ascends(inFile, rows)) {
    const order = stableOrder(inFile, rows);
    let free = wasm.traceSpace(rows * 8) >>> 0;
    const orderAt = wasm.traceSpace(rows * 4) >>> 0;
    new Uint32Array(wasm.memory.buffer, orderAt, rows).set(order);
    for (const column of widths
      .keys()
      .toArray()
      .sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))) {
      const from = places[column] ?? 0;
      wasm.traceGather(from, free, orderAt, rows, widths[column] ?? 0);
      places[column] = free;
      free = from;
    }
  }
  const column = <T>(Type: ArrayOf<T>, at: number): T => new Type(wasm.memory.buffer, places[at] ?? 0, rows);
  return {
    rows,
    get times() {
      return column(Float64Array, 0);
    },
    column,
    words: (at) => new Uint32Array(wasm.memory.buffer, places[at] ?? 0, rows * 2),
  };
};

const utf8 = new TextDecoder('utf-8');

/** The texts of a field, by code. */
const namesOf = (wasm: Wasm, event: number, index: number, field: TraceField): string[] => {
  const words = new Uint32Array(wasm.memory.buffer);
  const wordAt = (address: number, i: number): number => words[(address >>> 2) + i] ?? 0;
  const numbers = wasm.traceTextNumbers(event, index);
  return Array.from({ length: wasm.traceTexts(event, index) }, (_, code) => {
    const text = wordAt(numbers, code);
    const from = u32(wasm.arena) + wordAt(u32(wasm.starts), text);
    const bytes = new Uint8Array(wasm.memory.buffer, from, wordAt(u32(wasm.lengths), text));
    return field.kind === 'text' ? utf8.decode(bytes) : listOf(bytes.slice(), field, true);
  });
};

/** A field's column: numbers in the field's own type, 64-bit ones with all digits; texts and byte lists by code. */
export const fieldColumn = (
  wasm: Wasm,
  event: number,
  index: number,
  field: TraceField,
  gather: Gather,
): ColumnData => {
  if (field.kind !== 'number')
    return { kind: 'text', codes: gather.column(Uint32Array, index + 4), names: namesOf(wasm, event, index, field) };
  if (field.size === 8)
    return wideColumn(gather.words(index + 4), gather.column(Float64Array, index + 4), field.signed);
  const Type = (arrays[`${field.size}${field.signed ? 's' : 'u'}`] ?? Uint32Array) as unknown as ArrayOf<Float64Array>;
  return { kind: 'number', values: gather.column(Type, index + 4) as Numbers };
};
