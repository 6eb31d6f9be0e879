import { isValid, type ColumnData, type NumberColumn, type TextColumn } from './column.ts';

/** Row numbers are collected in pieces of this size, so that a filter that keeps few rows needs little memory. */
const PIECE = 1 << 16;

const joined = (pieces: readonly Uint32Array[], last: Uint32Array, n: number): Uint32Array => {
  const rows = new Uint32Array(pieces.length * PIECE + n);
  pieces.forEach((piece, i) => {
    rows.set(piece, i * PIECE);
  });
  rows.set(last.subarray(0, n), pieces.length * PIECE);
  return rows;
};

/** Row numbers for which `test` holds. */
export const rowsWhere = (size: number, test: (i: number) => boolean): Uint32Array => {
  const pieces: Uint32Array[] = [];
  let piece = new Uint32Array(Math.min(size, PIECE));
  let n = 0;
  for (let i = 0; i < size; i++) {
    if (!test(i)) continue;
    if (n === PIECE) {
      pieces.push(piece);
      piece = new Uint32Array(PIECE);
      n = 0;
    }
    piece[n++] = i;
  }
  return joined(pieces, piece, n);
};

/** Drops rows without a value: the number in the slot of an absent value has no meaning. */
const present = (rows: Uint32Array, { valid }: ColumnData): Uint32Array =>
  valid === undefined ? rows : rows.filter((row) => isValid(valid, row));

/** Row numbers whose value is at least `from` and below `to`; rows without a value never are. */
export const rowsBetween = (
  column: NumberColumn,
  size: number,
  { from = -Infinity, to = Infinity }: { readonly from?: number; readonly to?: number },
): Uint32Array => {
  const { values } = column;
  const count = Math.min(size, values.length);
  let n = 0;
  for (let i = 0; i < count; i++) n += (values[i] as number) >= from && (values[i] as number) < to ? 1 : 0;
  const rows = new Uint32Array(n);
  for (let i = 0, at = 0; at < n; i++) if ((values[i] as number) >= from && (values[i] as number) < to) rows[at++] = i;
  return present(rows, column);
};

/** Row numbers whose text is one of `names`; rows without a text never are. */
export const rowsNamed = (column: TextColumn, size: number, names: ReadonlySet<string>): Uint32Array => {
  const wanted = Uint8Array.from(column.names, (name) => (names.has(name) ? 1 : 0));
  return present(
    rowsWhere(size, (i) => wanted[column.codes[i] as number] === 1),
    column,
  );
};
