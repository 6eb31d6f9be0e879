import { isValid, type ColumnData } from './column.ts';

/** A number per row that sorts like the column's values: text alphabetically, digits in it by their value. */
const sortKeys = (column: ColumnData, size: number): ArrayLike<number> => {
  if (column.kind === 'number') return column.values;
  const { compare } = new Intl.Collator('en', { numeric: true });
  const order = column.names
    .map((_, code) => code)
    .sort((a, b) => compare(column.names[a] ?? '', column.names[b] ?? ''));
  const place = new Uint32Array(order.length);
  order.forEach((code, i) => (place[code] = i));
  const keys = new Uint32Array(size);
  for (let i = 0; i < size; i++) keys[i] = place[column.codes[i] as number] ?? 0;
  return keys;
};

/** Row numbers in the order of a column's values; equal ones keep their order, absent ones come last in both directions. */
export const sortedRows = (
  column: ColumnData,
  size: number,
  { down = false }: { readonly down?: boolean } = {},
): Uint32Array => {
  const { valid } = column;
  const all = Uint32Array.from({ length: size }, (_, i) => i);
  const keys = sortKeys(column, size);
  const present = valid === undefined ? all : all.filter((i) => isValid(valid, i));
  if (down) present.sort((a, b) => (keys[b] as number) - (keys[a] as number));
  else present.sort((a, b) => (keys[a] as number) - (keys[b] as number));
  if (present.length === size) return present;
  const rows = new Uint32Array(size);
  rows.set(present);
  rows.set(
    all.filter((i) => !isValid(valid, i)),
    present.length,
  );
  return rows;
};
