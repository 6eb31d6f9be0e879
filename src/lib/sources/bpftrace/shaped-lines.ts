import type { Arrivals } from './arrivals.ts';
import type { JsonShape } from './json-shape.ts';
import type { FieldColumn, NumbersByRow } from '../formats/printed-columns.ts';
import { shapeReader } from './shape-code.ts';

/** Bytes that hold lines, and where they begin in the whole output. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly offset: number;
}

export const pieceOf = (bytes: Uint8Array, offset: number): Piece => {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset };
};

/** Reads lines of one shape. */
export interface ShapedLines {
  /** Reads lines from a place in a piece, while they have the shape: returns where the first other one begins. */
  read(piece: Piece, from: number, arrivals: Arrivals): number;
}

/** How many lines are read before the columns are asked for more memory. */
const BATCH = 4096;

/** Reads lines of a shape into the columns of its fields. */
export const shapedLines = (shape: JsonShape, columns: readonly FieldColumn[], times: NumbersByRow): ShapedLines => {
  const readRows = shapeReader(shape);
  const fields = columns.map(({ codes, numbers }, i) => (shape.isText[i] === true ? codes : numbers));
  const codes = columns.map(({ code }) => code);
  return {
    read({ bytes, view, offset }, from, arrivals) {
      const arrived = (at: number): number => arrivals(offset + at) ?? NaN;
      for (let at = from; ;) {
        const row = times.size;
        const until = row + BATCH;
        const values = fields.map((rows) => rows.room(until));
        const run = { bytes, view, at, row, until, values, codes, times: times.room(until), arrived };
        const end = readRows(run);
        for (const rows of fields) rows.filled(row, end);
        times.filled(row, end);
        ({ at } = run);
        if (end < until) return at;
      }
    },
  };
};
