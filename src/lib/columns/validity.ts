import { isValid, type ColumnData, type Validity } from './column.ts';

/** A bitmap for `size` rows, all absent. */
export const noneValid = (size: number): Uint8Array => new Uint8Array((size + 7) >> 3);

/** Marks row `i` as having a value. */
export const markValid = (bits: Uint8Array, i: number): void => {
  bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
};

/** The bitmap of `size` rows by a test per row; undefined if all have a value. */
export const validWhere = (size: number, test: (i: number) => boolean): Uint8Array | undefined => {
  const bits = noneValid(size);
  let count = 0;
  for (let i = 0; i < size; i++) {
    if (!test(i)) continue;
    markValid(bits, i);
    count++;
  }
  return count === size ? undefined : bits;
};

/** How many of the first `size` rows have a value. */
export const countValid = (valid: Validity | undefined, size: number): number => {
  if (valid === undefined) return size;
  let count = 0;
  for (let i = 0; i < size; i++) if (isValid(valid, i)) count++;
  return count;
};

/** The same column with another bitmap (undefined: every row has a value). */
export const withValid = <C extends ColumnData>(column: C, valid: Validity | undefined): C => {
  const { valid: _, ...rest } = column;
  return (valid === undefined ? rest : { ...rest, valid }) as C;
};
