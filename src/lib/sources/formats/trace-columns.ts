import type { ColumnData, ColumnDoc, Numbers, Validity } from '../../columns/column.ts';
import { wideColumn } from './trace-wide.ts';
import type { TraceField } from './trace-format.ts';

/** Records of one tracepoint that wait to become rows: where the data of each is. */
export interface Batch {
  size: number;
  /** May be longer than `size`; entries beyond it are stale. */
  readonly views: DataView[];
  readonly places: Uint32Array;
  readonly lengths: Uint32Array;
}

export const BATCH = 4096;

export const newBatch = (): Batch => ({
  size: 0,
  views: [],
  places: new Uint32Array(BATCH),
  lengths: new Uint32Array(BATCH),
});

/** A column that takes a whole batch at once: the loop is inside the column, so that it handles one type only. */
export interface TraceColumn {
  readonly name: string;
  readonly doc: ColumnDoc;
  take(batch: Batch, rows: number): void;
  column(): ColumnData;
}

type NumbersOf = new (length: number) => Numbers;

/** The array for a number field of that size and sign; for 64-bit fields see wideColumn(). */
export const arrays: Readonly<Record<string, NumbersOf>> = {
  '1u': Uint8Array,
  '1s': Int8Array,
  '2u': Uint16Array,
  '2s': Int16Array,
  '4u': Uint32Array,
  '4s': Int32Array,
};

type Get = (view: DataView, at: number, little: boolean) => number;

const getters: Readonly<Record<string, Get>> = {
  '1u': (view, at) => view.getUint8(at),
  '1s': (view, at) => view.getInt8(at),
  '2u': (view, at, little) => view.getUint16(at, little),
  '2s': (view, at, little) => view.getInt16(at, little),
  '4u': (view, at, little) => view.getUint32(at, little),
  '4s': (view, at, little) => view.getInt32(at, little),
  '8u': (view, at, little) =>
    view.getUint32(at + (little ? 4 : 0), little) * 0x1_0000_0000 + view.getUint32(at + (little ? 0 : 4), little),
  '8s': (view, at, little) =>
    view.getInt32(at + (little ? 4 : 0), little) * 0x1_0000_0000 + view.getUint32(at + (little ? 0 : 4), little),
};

/** The values in a larger array: of `least` elements, or twice as many as before. */
const grown = <T extends Numbers>(values: T, least: number): T => {
  const wider = new (values.constructor as new (length: number) => T)(Math.max(least, values.length * 2));
  wider.set(values);
  return wider;
};

/** Bits of rows without a value; allocated with the first one. */
const absentRows = () => {
  let bits: Uint8Array | undefined;
  return {
    mark(row: number): void {
      if (bits === undefined || row >> 3 >= bits.length) {
        const wider = new Uint8Array(Math.max(64, (row >> 3) * 2));
        if (bits !== undefined) wider.set(bits);
        bits = wider;
      }
      bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
    },
    valid(size: number): { valid?: Validity } {
      if (bits === undefined) return {};
      const absent = bits;
      return { valid: Uint8Array.from({ length: (size + 7) >> 3 }, (_, i) => ~(absent[i] ?? 0)) };
    },
  };
};

/** The doc of a field's column. */
export const docOf = (field: TraceField): ColumnDoc => {
  const ref = field.kind === 'number' && /(?:^|_)pid$/.test(field.name) ? ({ ref: 'tid' } as const) : {};
  return { unit: '', doc: `The tracepoint's field \`${field.declaration.trim()}\`.`, ...ref };
};

const numberColumn = (name: string, field: TraceField, little: boolean): TraceColumn => {
  const kind = `${field.size}${field.signed ? 's' : 'u'}`;
  const get = getters[kind] ?? getters['4u'];
  const Type = arrays[kind] ?? Float64Array;
  let values = new Type(BATCH);
  const absent = absentRows();
  let size = 0;
  return {
    name,
    doc: docOf(field),
    take({ size: count, views, places, lengths }, rows) {
      if (rows + count > values.length) {
        values = grown(values, rows + count);
      }
      const { offset } = field;
      const needs = offset + field.size;
      for (let i = 0; i < count; i++) {
        const view = views[i];
        if (view === undefined || get === undefined || (lengths[i] ?? 0) < needs) absent.mark(rows + i);
        else values[rows + i] = get(view, (places[i] ?? 0) + offset, little);
      }
      size = rows + count;
    },
    column: () => ({ kind: 'number', values, ...absent.valid(size) }),
  };
};

/** A 64-bit field: its bits, two words each. */
const wideNumberColumn = (name: string, field: TraceField, little: boolean): TraceColumn => {
  let halves = new Uint32Array(BATCH * 2);
  const absent = absentRows();
  let size = 0;
  return {
    name,
    doc: docOf(field),
    take({ size: count, views, places, lengths }, rows) {
      if ((rows + count) * 2 > halves.length) {
        halves = grown(halves, (rows + count) * 2);
      }
      for (let i = 0; i < count; i++) {
        const view = views[i];
        const at = (places[i] ?? 0) + field.offset;
        if (view === undefined || (lengths[i] ?? 0) < field.offset + 8) absent.mark(rows + i);
        else {
          halves[(rows + i) * 2] = view.getUint32(at + (little ? 0 : 4), little);
          halves[(rows + i) * 2 + 1] = view.getUint32(at + (little ? 4 : 0), little);
        }
      }
      size = rows + count;
    },
    column: () => ({ ...wideColumn(halves, new Float64Array(size), field.signed), ...absent.valid(size) }),
  };
};

const utf8 = new TextDecoder('utf-8');

/** Numbers distinct byte strings without making text of them: open addressing over the bytes. */
const internBytes = () => {
  const names: string[] = [];
  let slots = new Int32Array(1 << 10);
  const hashes: number[] = [];
  const kept: Uint8Array[] = [];
  const same = (code: number, view: DataView, at: number, length: number): boolean => {
    const known = kept[code];
    if (known?.length !== length) return false;
    for (let i = 0; i < length; i++) if (known[i] !== view.getUint8(at + i)) return false;
    return true;
  };
  const grow = (): void => {
    slots = new Int32Array(slots.length * 2);
    hashes.forEach((hash, code) => {
      let slot = hash & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = code + 1;
    });
  };
  return {
    names,
    bytes: (): readonly Uint8Array[] => kept,
    code(view: DataView, at: number, length: number): number {
      let hash = length;
      for (let i = 0; i < length; i++) hash = Math.imul(hash ^ view.getUint8(at + i), 0x01000193);
      hash ^= hash >>> 15;
      let slot = hash & (slots.length - 1);
      for (let code = slots[slot] ?? 0; code !== 0; code = slots[slot] ?? 0) {
        if (hashes[code - 1] === hash && same(code - 1, view, at, length)) return code - 1;
        slot = (slot + 1) & (slots.length - 1);
      }
      const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
      kept.push(bytes.slice());
      hashes.push(hash);
      slots[slot] = names.push(utf8.decode(bytes));
      if (names.length * 2 > slots.length) grow();
      return names.length - 1;
    },
  };
};

interface Span {
  at: number;
  length: number;
}

/**
 * How many codes of fixed-size texts are cached by their raw words: every record has the 16 bytes of a thread's name.
 */
const WORD_SLOTS = 1 << 12;

/**
 * Caches codes of fixed-size fields by their bytes, including bytes after the NUL: comparing 4 words instead of hashing
 * up to 16 bytes halves the time for a table of sched_switch.
 */
const internWords = (bytes: number) => {
  const words = bytes >> 2;
  const kept = new Uint32Array(WORD_SLOTS * words);
  const codes = new Int32Array(WORD_SLOTS).fill(-1);
  return (view: DataView, at: number, slow: () => number): number => {
    let hash = 0;
    for (let i = 0; i < words; i++) hash = Math.imul(hash ^ view.getUint32(at + i * 4, true), 0x9e3779b1);
    const slot = (hash ^ (hash >>> 15)) & (WORD_SLOTS - 1);
    const from = slot * words;
    let same = (codes[slot] ?? -1) >= 0;
    for (let i = 0; same && i < words; i++) same = kept[from + i] === view.getUint32(at + i * 4, true);
    if (same) return codes[slot] ?? 0;
    for (let i = 0; i < words; i++) kept[from + i] = view.getUint32(at + i * 4, true);
    return (codes[slot] = slow());
  };
};

/** Finds a field's bytes in a record's data; false if they would be outside it. */
const locate = (
  field: TraceField,
  view: DataView,
  place: number,
  room: number,
  little: boolean,
  span: Span,
): boolean => {
  if (field.offset + field.size > room) return false;
  span.at = place + field.offset;
  span.length = field.size;
  if (field.located === 'rest') span.length = room - field.offset;
  else if (field.located !== undefined) {
    const said = view.getUint32(span.at, little);
    const from = (said & 0xffff) + (field.located === 'relative' ? field.offset + field.size : 0);
    span.at = place + from;
    span.length = said >>> 16;
    return from + span.length <= room;
  }
  return true;
};

const textLength = (view: DataView, { at, length }: Span): number => {
  let end = 0;
  while (end < length && view.getUint8(at + end) !== 0) end++;
  return end;
};

/** '[1, 2, 3]' for the elements of an array. */
export const listOf = (bytes: Uint8Array, { element, signed }: TraceField, little: boolean): string => {
  const get = getters[`${element}${signed ? 's' : 'u'}`] ?? getters['1u'];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = Math.floor(bytes.length / element);
  // 64-bit numbers keep all digits: kernel addresses are beyond 2^53.
  const wide = (at: number): bigint => (signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little));
  const elements = Array.from({ length: count }, (_, i) => (element === 8 ? wide(i * 8) : get?.(view, i * element, little))); // prettier-ignore
  return `[${elements.join(', ')}]`;
};

const textColumn = (name: string, field: TraceField, little: boolean): TraceColumn => {
  let codes = new Uint32Array(BATCH);
  const interned = internBytes();
  const absent = absentRows();
  const span: Span = { at: 0, length: 0 };
  const fixed = field.kind === 'text' && field.located === undefined && field.size <= 64 && field.size % 4 === 0;
  const quick = fixed ? internWords(field.size) : undefined;
  const slow = (view: DataView): number =>
    interned.code(view, span.at, field.kind === 'text' ? textLength(view, span) : span.length);
  let size = 0;
  return {
    name,
    doc: docOf(field),
    take({ size: count, views, places, lengths }, rows) {
      if (rows + count > codes.length) codes = grown(codes, rows + count);
      for (let i = 0; i < count; i++) {
        const view = views[i];
        if (view === undefined || !locate(field, view, places[i] ?? 0, lengths[i] ?? 0, little, span))
          absent.mark(rows + i);
        else {
          codes[rows + i] = quick === undefined ? slow(view) : quick(view, span.at, () => slow(view));
        }
      }
      size = rows + count;
    },
    column() {
      const names =
        field.kind === 'text' ? interned.names : interned.bytes().map((bytes) => listOf(bytes, field, little));
      return { kind: 'text', codes, names, ...absent.valid(size) };
    },
  };
};

/** The column of a field. */
export const traceColumn = (name: string, field: TraceField, little: boolean): TraceColumn =>
  field.kind !== 'number'
    ? textColumn(name, field, little)
    : field.size === 8
      ? wideNumberColumn(name, field, little)
      : numberColumn(name, field, little);
