import { isValid, type ColumnData, type ColumnDoc, type NumberColumn, type TextColumn } from './column.ts';
import { noneValid, validWhere, withValid } from './validity.ts';

/** The number in row `i`; undefined where absent. */
export const numberAt = ({ values, valid }: NumberColumn, i: number): number | undefined =>
  isValid(valid, i) ? values[i] : undefined;

/** The text in row `i`; undefined where absent. */
export const textAt = ({ names, codes, valid }: TextColumn, i: number): string | undefined =>
  isValid(valid, i) ? names[codes[i] as number] : undefined;

/** A column of `size` numbers, computed row by row; undefined is absent. */
export const numbersFrom = (size: number, compute: (i: number) => number | undefined): NumberColumn => {
  const values = new Float64Array(size);
  for (let i = 0; i < size; i++) values[i] = compute(i) ?? NaN;
  return withValid(
    { kind: 'number', values },
    validWhere(size, (i) => !Number.isNaN(values[i])),
  );
};

/** A column without any value, of the kind that its unit says. */
export const noValues = (size: number, doc?: ColumnDoc): ColumnData => {
  const valid = noneValid(size);
  return doc?.unit === ''
    ? { kind: 'text', codes: new Uint8Array(size), names: [], valid }
    : { kind: 'number', values: new Uint8Array(size), valid };
};

const addTo = (sum: Float64Array, { values, valid }: NumberColumn): void => {
  for (let i = 0; i < sum.length; i++) if (isValid(valid, i)) sum[i] = (sum[i] as number) + (values[i] as number);
};

/** The sum of the values that a row has in these columns; absent if it has none. */
export const sumOfColumns = (size: number, ...columns: readonly NumberColumn[]): NumberColumn => {
  const values = new Float64Array(size);
  for (const column of columns) addTo(values, column);
  const hasAll = columns.some(({ valid }) => valid === undefined);
  const valid = hasAll ? undefined : validWhere(size, (i) => columns.some((column) => isValid(column.valid, i)));
  return withValid({ kind: 'number', values }, valid);
};
