import type { NumberColumn } from '../../columns/column.ts';

const HIGH = 2 ** 32;

/** A 64-bit number by its halves, as the nearest float64. */
const nearest = (low: number, high: number, signed: boolean): number => (signed ? high | 0 : high) * HIGH + low;

/**
 * A column of 64-bit fields from their bits, the low half of each first. `values` may lie where `halves` do. All digits are
 * kept only if one of the numbers is beyond 2^53: addresses and cookies are, sizes and sectors are not.
 */
export const wideColumn = (
  halves: Uint32Array,
  values: Float64Array,
  signed: boolean,
): Pick<NumberColumn, 'kind' | 'values' | 'exact'> => {
  let beyond = false;
  for (let row = 0; row < values.length && !beyond; row++)
    beyond = !Number.isSafeInteger(nearest(halves[row * 2] ?? 0, halves[row * 2 + 1] ?? 0, signed));
  const exact = beyond ? new BigUint64Array(halves.slice(0, values.length * 2).buffer) : undefined;
  for (let row = 0; row < values.length; row++)
    values[row] = nearest(halves[row * 2] ?? 0, halves[row * 2 + 1] ?? 0, signed);
  return { kind: 'number', values, ...(exact === undefined ? {} : { exact }) };
};
