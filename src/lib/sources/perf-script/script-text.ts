import type { Texts } from '../../stacks/texts.ts';

/** Bits of a record's flags. */
/** No blank line stands before it: it belongs to the block of the record before. */
export const CONTINUED = 1;
/** Its `head` is the whole event line; there is no `tail`. */
export const UNSPLIT = 2;
export const HAS_TIME = 4;
export const HAS_PERIOD = 8;
export const HAS_CPU = 16;
/** The file ended without a blank line after it. */
export const OPEN = 32;

/** No text, no frame. */
export const NONE = 0xff_ff_ff_ff;

/**
 * Event lines, in order. An event line `comm pid/tid [cpu] seconds.nanos: period event:` is kept as the text before the
 * cpu (`head`), the numbers, and the text after the period (`tail`), because few of those texts are distinct.
 */
export interface Records {
  readonly size: number;
  readonly head: Uint32Array;
  readonly tail: Uint32Array;
  /** The lines under it: a number for `stackLines`; 0 has none. */
  readonly stack: Uint32Array;
  readonly flags: Uint32Array;
  readonly cpu: Uint32Array;
  readonly seconds: Uint32Array;
  readonly nanos: Uint32Array;
  /** Pairs: the low and the high half of the period. */
  readonly period: Uint32Array;
}

/** A `perf script` text after scanning: what its lines are made of, not yet what they mean. */
export interface ScriptText {
  readonly texts: Texts;
  readonly records: Records;
  /** Distinct sequences of stack lines, leaf first: stack s is lines[bounds[s]] to lines[bounds[s + 1] - 1], texts. */
  readonly stacks: number;
  readonly bounds: Uint32Array;
  readonly lines: Uint32Array;
  /** Per text: the frame that it is as a stack line, plus 1; 0 if it is none, NONE if it must be read whole. */
  readonly frameOf: Uint32Array;
  readonly frames: number;
  readonly frameName: Uint32Array;
  readonly frameDso: Uint32Array;
  /** Texts of comment lines outside of stacks, the first 4096. */
  readonly comments: Uint32Array;
  /** Lines that were cut because they were longer than `longest`. */
  readonly cut: number;
  /** The number of the stack made of these texts, leaf first. */
  stackOf(texts: readonly number[]): number;
  /** Splits a text that came in by `texts.add` like a stack line. */
  asFrame(text: number): void;
}

export interface ScanOptions {
  /** Whether the text before the time says all there is to know of comm, pid and tid. */
  readonly decomposes: (head: string) => boolean;
  /** Carriage returns at line ends belong to the line. */
  readonly keepReturns: boolean;
  /** Stack lines with `[unknown]` are read whole, with their address. */
  readonly keepUnknown: boolean;
  /** Longer lines are cut; bytes. */
  readonly longest: number;
}

/** Scans text that comes in pieces of any size. */
export interface Scanner {
  /** Where the next `bytes` go; holds until the next call. */
  space(bytes: number): Uint8Array;
  /** Reads the first `bytes` of that space. */
  scanned(bytes: number): void;
  ended(): ScriptText;
}
