import type { FrameTable, StackTable } from '../../stacks/profile.ts';

/** Longer lines are cut. */
export const LONGEST_LINE = 4 << 20;

/** What a text of folded stacks holds, a row a line. */
export interface FoldedRows {
  readonly period: Float64Array;
  /** The first of two counts, by row. */
  readonly before: ReadonlyMap<number, number>;
  readonly stack: Uint32Array;
  readonly stacks: StackTable;
  readonly frames: FrameTable;
  /** Lines without a count. */
  readonly bad: number;
  /** Lines that were cut. */
  readonly cut: number;
}

/** Takes a text in pieces of any size. */
export interface FoldedReader {
  add(piece: Uint8Array): void;
  rows(): FoldedRows;
}
