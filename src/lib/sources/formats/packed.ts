import type { Numbers } from '../../columns/column.ts';
import { picked } from '../../columns/picked.ts';

/** A growing column of integers in the narrowest array that holds them, with absent values marked. */
export interface Packed {
  values: Uint8Array | Uint16Array | Int32Array | Float64Array;
  size: number;
  /** 1 if the value is absent; undefined while all are present. */
  absent: Uint8Array | undefined;
}

const LADDER = [Uint8Array, Uint16Array, Int32Array, Float64Array] as const;
const START = 64;

/** Creates an empty column. */
export const newPacked = (): Packed => ({ values: new Uint8Array(START), size: 0, absent: undefined });

const grow = (column: Packed): void => {
  const { values, absent } = column;
  const wider = new (values.constructor as new (length: number) => Packed['values'])(values.length * 2);
  wider.set(values);
  column.values = wider;
  if (absent) {
    column.absent = new Uint8Array(wider.length);
    column.absent.set(absent);
  }
};

const widen = (column: Packed, value: number): void => {
  for (const Type of LADDER) {
    if (Type.BYTES_PER_ELEMENT <= column.values.BYTES_PER_ELEMENT) continue;
    const wider = new Type(column.values.length);
    wider.set(column.values);
    column.values = wider;
    wider[column.size] = value;
    if (wider[column.size] === value) return;
  }
};

/** Appends a value; NaN means absent. */
export const push = (column: Packed, value: number): void => {
  if (column.size === column.values.length) grow(column);
  if (value === value) {
    column.values[column.size] = value;
    if (column.values[column.size] !== value) widen(column, value);
  } else {
    column.absent ??= new Uint8Array(column.values.length);
    column.absent[column.size] = 1;
  }
  column.size++;
};

/** The value at `i`; NaN if absent. */
export const at = (column: Packed, i: number): number => (column.absent?.[i] === 1 ? NaN : (column.values[i] ?? NaN));

/** All values times `by` / `per`; integers below 2^32 take half the memory. */
const scaled = ({ values, size }: Packed, by: number, per: number): Float64Array | Uint32Array => {
  const whole = new Float64Array(size);
  let [low, high] = [0, 0];
  for (let i = 0; i < size; i++) {
    const value = ((values[i] as number) * by) / per;
    whole[i] = value;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  return per === 1 && low === 0 && high < 2 ** 32 ? Uint32Array.from(whole) : whole;
};

/** The values at `rows`, times `by` / `per`; in the column's own array type if nothing is to be computed. */
export const gather = (column: Packed, rows: Uint32Array, by: number, per: number): Numbers =>
  // Each content is stored once and used by about ten rows, so scaling before picking is less work.
  picked(by === 1 && per === 1 ? column.values : scaled(column, by, per), rows);

/** The validity of the values at `rows`. */
export const gatherValid = ({ absent }: Packed, rows: Uint32Array): Uint8Array => {
  const bits = new Uint8Array((rows.length + 7) >> 3);
  for (let i = 0; i < rows.length; i++)
    if (absent?.[rows[i] ?? 0] !== 1) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  return bits;
};
