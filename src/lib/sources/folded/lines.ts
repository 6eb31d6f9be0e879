import type { FrameTable, StackTable } from '../../stacks/profile.ts';

/** Longer lines are cut, in bytes. */
export const LONGEST_LINE = 4 << 20;

/** The contents of a folded text, one row per line. */
export interface FoldedRows {
  readonly period: Float64Array;
  /** The first count of lines with two counts, by row. */
  readonly before: ReadonlyMap<number, number>;
  readonly stack: Uint32Array;
  readonly stacks: StackTable;
  readonly frames: FrameTable;
  /** How many lines have no count. */
  readonly bad: number;
  /** How many lines were cut. */
  readonly cut: number;
}

/** Accepts a text in pieces of any size. */
export interface FoldedReader {
  add(piece: Uint8Array): void;
  rows(): FoldedRows;
}
