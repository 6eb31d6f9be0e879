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
