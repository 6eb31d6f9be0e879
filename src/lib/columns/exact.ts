import type { NumberColumn } from './column.ts';

/** The 64 bits of a number of a column: two's complement if negative; 0 if the value is not a number. */
export const bitsOf = (value: number | bigint | undefined): bigint => {
  if (typeof value === 'bigint') return BigInt.asUintN(64, value);
  return value !== undefined && Number.isFinite(value) ? BigInt.asUintN(64, BigInt(Math.trunc(value))) : 0n;
};

/** Whether 64 bits hold an integer, signed or unsigned. */
export const fitsBits = (value: bigint): boolean => value >= -(1n << 63n) && value < 1n << 64n;

/** The number at a row with all its digits; undefined where the column keeps none. */
export const exactAt = ({ values, exact }: NumberColumn, row: number): bigint | undefined => {
  const bits = exact?.[row];
  return bits !== undefined && (values[row] ?? 0) < 0 ? BigInt.asIntN(64, bits) : bits;
};
