import type { ColumnData, ColumnDoc } from '../../columns/column.ts';
import type { HostUnits } from '../source.ts';
import type { Packed } from './packed.ts';
import { at, gather, gatherValid, newPacked, push } from './packed.ts';

/** What the file counts in, where that is not the column's unit. */
export type Scale = 'ticks' | 'pages' | 'kB' | 'ns';

/** One value of a per-process file. */
export interface Field {
  readonly column: string;
  readonly doc: ColumnDoc;
  /** Changes often; the others are stored once for as long as all of them stay. */
  readonly hot?: true;
  readonly scale?: Scale;
}

/**
 * The contents that files had, each stored once: a row of the table is a number of one of them. 3,000 processes that
 * mostly sleep make 1.8 million rows in 10 minutes, and a tenth as many contents.
 */
export interface Versions {
  /** Makes room for a field that a newer kernel brings; gives its slot. */
  addField(field: Field): number;
  slot(column: string): number | undefined;
  /** Begins a content: nothing is set. */
  begin(): void;
  set(slot: number, value: number): void;
  /** A value above 2 ** 53. */
  setLarge(slot: number, value: bigint): void;
  setText(slot: number, text: string): void;
  /** Stores the content; `before` is the number of the same process's last one, or -1. */
  commit(before: number): number;
  /** The columns at `rows`, each computed when it is first looked at. */
  columns(rows: () => Uint32Array): Readonly<Record<string, ColumnData>>;
  docs(): Readonly<Record<string, ColumnDoc>>;
}

interface Slot {
  readonly field: Field;
  readonly values: Packed;
  readonly large: Map<number, bigint>;
  readonly names: string[];
  readonly codes: Map<string, number>;
}

const newSlot = (field: Field, size: number): Slot => {
  const values = newPacked();
  for (let i = 0; i < size; i++) push(values, NaN);
  return { field, values, large: new Map(), names: [], codes: new Map() };
};

const scaleOf = (scale: Scale | undefined, { ticks, pageSize }: HostUnits): readonly [by: number, per: number] => {
  if (scale === 'ticks') return [1, ticks];
  if (scale === 'ns') return [1, 1e9];
  if (scale === 'pages') return [pageSize, 1];
  return scale === 'kB' ? [1024, 1] : [1, 1];
};

/** A value that is computed when it is first asked for. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const exactOf = ({ large, values }: Slot, rows: Uint32Array): BigUint64Array =>
  BigUint64Array.from(rows, (row) => large.get(row) ?? BigInt(Math.max(0, at(values, row) || 0)));

/** A column that looks like any other and is gathered at the first look. */
const lazyColumn = (slot: Slot, rows: () => Uint32Array, host: HostUnits): ColumnData => {
  const [by, per] = scaleOf(slot.field.scale, host);
  const size = slot.names.length;
  const values = once(() => gather(slot.values, rows(), by, per));
  const mark = once(() => gatherValid(slot.values, rows()));
  const exact = once(() => exactOf(slot, rows()));
  const names = once(() => slot.names.slice(0, size));
  const column =
    slot.field.doc.unit === ''
      ? Object.defineProperties({ kind: 'text' }, { codes: { get: values }, names: { get: names } })
      : Object.defineProperties({ kind: 'number' }, { values: { get: values } });
  for (const key of Object.keys(Object.getOwnPropertyDescriptors(column)))
    Object.defineProperty(column, key, { enumerable: true });
  if (slot.values.absent) Object.defineProperty(column, 'valid', { get: mark, enumerable: true });
  if (slot.large.size > 0 && by === 1 && per === 1)
    Object.defineProperty(column, 'exact', { get: exact, enumerable: true });
  return column as unknown as ColumnData;
};

/** An empty store of contents with the given fields. */
export const newVersions = (fields: readonly Field[], host: HostUnits): Versions => {
  const slots: Slot[] = [];
  const hot: number[] = [];
  const cold: number[] = [];
  const bySlot = new Map<string, number>();
  let scratch = new Float64Array(0);
  const large = new Map<number, bigint>();
  /** Which row of the cold columns belongs to a content. */
  const coldOf = newPacked();
  let coldSize = 0;

  const addField = (field: Field): number => {
    const slot = slots.push(newSlot(field, field.hot ? coldOf.size : coldSize)) - 1;
    (field.hot ? hot : cold).push(slot);
    bySlot.set(field.column, slot);
    const wider = new Float64Array(slots.length).fill(NaN);
    wider.set(scratch);
    scratch = wider;
    return slot;
  };
  const store = (slot: number, row: number): void => {
    const to = slots[slot];
    if (!to) return;
    push(to.values, scratch[slot] ?? NaN);
    const whole = large.size > 0 ? large.get(slot) : undefined;
    if (whole !== undefined) to.large.set(row, whole);
  };
  const sameCold = (row: number): boolean => {
    for (const slot of cold) {
      const was = slots[slot] ? at(slots[slot].values, row) : NaN;
      const is = scratch[slot] ?? NaN;
      if (was !== is && (was === was || is === is)) return false;
    }
    return true;
  };
  for (const field of fields) addField(field);
  return {
    addField,
    slot: (column) => bySlot.get(column),
    begin() {
      scratch.fill(NaN);
      large.clear();
    },
    set(slot, value) {
      scratch[slot] = value;
    },
    setLarge(slot, value) {
      scratch[slot] = Number(value);
      large.set(slot, value);
    },
    setText(slot, text) {
      const to = slots[slot];
      if (!to) return;
      let code = to.codes.get(text);
      if (code === undefined) to.codes.set(text, (code = to.names.push(text) - 1));
      scratch[slot] = code;
    },
    commit(before) {
      const version = coldOf.size;
      for (const slot of hot) store(slot, version);
      let row = before < 0 ? -1 : at(coldOf, before);
      if (row < 0 || !sameCold(row)) {
        row = coldSize++;
        for (const slot of cold) store(slot, row);
      }
      push(coldOf, row);
      return version;
    },
    columns(rows) {
      const coldRows = once(() => Uint32Array.from(rows(), (row) => coldOf.values[row] ?? 0));
      const named = slots.map((slot) => [slot.field.column, lazyColumn(slot, slot.field.hot ? rows : coldRows, host)]);
      return Object.fromEntries(named) as Record<string, ColumnData>;
    },
    docs: () => Object.fromEntries(slots.map(({ field }) => [field.column, field.doc])),
  };
};
