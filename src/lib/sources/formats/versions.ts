import { newNames } from '../../byte-names.ts';
import type { ColumnData, ColumnDoc } from '../../columns/column.ts';
import type { HostUnits } from '../source.ts';
import type { Field } from './field.ts';
import type { Slot } from './lazy-column.ts';
import { lazyColumn, once } from './lazy-column.ts';
import type { Packed } from './packed.ts';
import { at, newPacked, push } from './packed.ts';

/**
 * The distinct contents of files, each stored once; a table row is the number of a content. 3,000 mostly sleeping
 * processes make 1.8 million rows in 10 minutes, and a tenth as many contents.
 */
export interface Versions {
  /** Adds a field that a newer kernel prints and returns its slot. */
  addField(field: Field): number;
  slot(column: string): number | undefined;
  /** Starts a content without values. */
  begin(): void;
  set(slot: number, value: number): void;
  /** A value above 2 ** 53. */
  setLarge(slot: number, value: bigint): void;
  setText(slot: number, text: string): void;
  /** Sets a text from UTF-8 bytes; no string is created for a text that was seen before. */
  setBytes(slot: number, bytes: Uint8Array, from: number, to: number): void;
  /** Stores the content; `before` is the number of the same process's previous content, or -1. */
  commit(before: number): number;
  /** The columns at `rows`, each computed at first access. */
  columns(rows: () => Uint32Array): Readonly<Record<string, ColumnData>>;
  docs(): Readonly<Record<string, ColumnDoc>>;
}

interface Store {
  readonly slots: Slot[];
  /** Slots stored with every content, and slots stored once while none of them changes. */
  readonly hot: number[];
  readonly cold: number[];
  /** The content that is being read. */
  scratch: Float64Array;
  readonly large: Map<number, bigint>;
  /** The row of the cold columns of each content. */
  readonly coldOf: Packed;
  coldSize: number;
}

const newSlot = (field: Field, size: number): Slot => {
  const values = newPacked();
  for (let i = 0; i < size; i++) push(values, NaN);
  return { field, values, large: new Map(), names: [], codes: new Map(), texts: newNames() };
};

const addField = (store: Store, field: Field): number => {
  const slot = store.slots.push(newSlot(field, field.hot ? store.coldOf.size : store.coldSize)) - 1;
  (field.hot ? store.hot : store.cold).push(slot);
  const wider = new Float64Array(store.slots.length).fill(NaN);
  wider.set(store.scratch);
  store.scratch = wider;
  return slot;
};

const keep = ({ slots, scratch, large }: Store, slot: number, row: number): void => {
  const to = slots[slot];
  if (!to) return;
  push(to.values, scratch[slot] ?? NaN);
  const whole = large.size > 0 ? large.get(slot) : undefined;
  if (whole !== undefined) to.large.set(row, whole);
};

const sameCold = ({ slots, cold, scratch }: Store, row: number): boolean => {
  for (const slot of cold) {
    const was = slots[slot] ? at(slots[slot].values, row) : NaN;
    const is = scratch[slot] ?? NaN;
    if (was !== is && (was === was || is === is)) return false;
  }
  return true;
};

const commit = (store: Store, before: number): number => {
  const version = store.coldOf.size;
  for (const slot of store.hot) keep(store, slot, version);
  let row = before < 0 ? -1 : at(store.coldOf, before);
  if (row < 0 || !sameCold(store, row)) {
    row = store.coldSize++;
    for (const slot of store.cold) keep(store, slot, row);
  }
  push(store.coldOf, row);
  return version;
};

const codeOf = ({ codes, names }: Slot, text: string): number => {
  let code = codes.get(text);
  if (code === undefined) codes.set(text, (code = names.push(text) - 1));
  return code;
};

const columnsOf = ({ slots, coldOf }: Store, rows: () => Uint32Array, host: HostUnits): Record<string, ColumnData> => {
  const coldRows = once(() => Uint32Array.from(rows(), (row) => coldOf.values[row] ?? 0));
  return Object.fromEntries(
    slots.map((slot) => [slot.field.column, lazyColumn(slot, slot.field.hot ? rows : coldRows, host)]),
  );
};

/** Creates an empty store of contents with the given fields. */
export const newVersions = (fields: readonly Field[], host: HostUnits): Versions => {
  const store: Store = {
    slots: [],
    hot: [],
    cold: [],
    scratch: new Float64Array(0),
    large: new Map(),
    coldOf: newPacked(),
    coldSize: 0,
  };
  const bySlot = new Map<string, number>();
  const add = (field: Field): number => {
    const slot = addField(store, field);
    bySlot.set(field.column, slot);
    return slot;
  };
  for (const field of fields) add(field);
  return {
    addField: add,
    slot: (column) => bySlot.get(column),
    begin() {
      store.scratch.fill(NaN);
      if (store.large.size > 0) store.large.clear();
    },
    set(slot, value) {
      store.scratch[slot] = value;
    },
    setLarge(slot, value) {
      store.scratch[slot] = Number(value);
      store.large.set(slot, value);
    },
    setText(slot, text) {
      const to = store.slots[slot];
      if (to) store.scratch[slot] = codeOf(to, text);
    },
    setBytes(slot, bytes, from, end) {
      const to = store.slots[slot];
      if (to) store.scratch[slot] = codeOf(to, to.texts(bytes, from, end));
    },
    commit: (before) => commit(store, before),
    columns: (rows) => columnsOf(store, rows, host),
    docs: () => Object.fromEntries(store.slots.map(({ field }) => [field.column, field.doc])),
  };
};
