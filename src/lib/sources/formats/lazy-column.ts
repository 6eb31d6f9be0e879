import type { ByteNames } from '../../byte-names.ts';
import type { Codes, ColumnData, Numbers } from '../../columns/column.ts';
import type { HostUnits } from '../source.ts';
import type { Field, Scale } from './field.ts';
import type { Packed } from './packed.ts';
import { at, gather, gatherValid } from './packed.ts';

/** The values of one field in all contents. */
export interface Slot {
  readonly field: Field;
  readonly values: Packed;
  /** Values above 2 ** 53, by row. */
  readonly large: Map<number, bigint>;
  readonly names: string[];
  readonly codes: Map<string, number>;
  readonly texts: ByteNames;
}

/** A value that is computed at first use. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const scaleOf = (scale: Scale | undefined, { ticks, pageSize }: HostUnits): readonly [by: number, per: number] => {
  if (scale === 'ticks') return [1, ticks];
  if (scale === 'ns') return [1, 1e9];
  if (scale === 'pages') return [pageSize, 1];
  return scale === 'kB' ? [1024, 1] : [1, 1];
};

const exactOf = ({ large, values }: Slot, rows: Uint32Array): BigUint64Array =>
  BigUint64Array.from(rows, (row) => large.get(row) ?? BigInt(Math.max(0, at(values, row) || 0)));

/** Adds a property that is computed at first access; it is enumerable, so that copies of the column have it too. */
const lazily = (column: object, name: string, make: () => unknown): void => {
  Object.defineProperty(column, name, { get: once(make), enumerable: true });
};

/** A column that is gathered from the contents at first access. */
export const lazyColumn = (slot: Slot, rows: () => Uint32Array, host: HostUnits): ColumnData => {
  const { field, values, large, names } = slot;
  const [by, per] = scaleOf(field.scale, host);
  const known = names.length;
  const gathered = once((): Numbers => gather(values, rows(), by, per));
  const column: ColumnData =
    field.doc.unit === ''
      ? {
          kind: 'text',
          get codes() {
            return gathered() as Codes;
          },
          get names() {
            return names.length === known ? names : names.slice(0, known);
          },
        }
      : {
          kind: 'number',
          get values() {
            return gathered();
          },
        };
  if (values.absent) lazily(column, 'valid', () => gatherValid(values, rows()));
  if (large.size > 0 && by === 1 && per === 1) lazily(column, 'exact', () => exactOf(slot, rows()));
  return column;
};
