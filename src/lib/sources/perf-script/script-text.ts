import type { Texts } from '../../bytes/texts.ts';

/** Bits of a record's flags. */
/** No blank line precedes it: it belongs to the block of the previous record. */
export const CONTINUED = 1;
/** Its `head` is the whole event line; it has no `tail`. */
export const UNSPLIT = 2;
export const HAS_TIME = 4;
export const HAS_PERIOD = 8;
export const HAS_CPU = 16;
/** The file ended without a blank line after it. */
export const OPEN = 32;

/** No text, or no frame. */
export const NONE = 0xff_ff_ff_ff;

/**
 * Event lines, in order. An event line `comm pid/tid [cpu] seconds.nanos: period event:` is stored as the text before
 * the cpu (`head`), the numbers, and the text after the period (`tail`), because few of these texts are distinct.
 */
export interface Records {
  readonly size: number;
  readonly head: Uint32Array;
  readonly tail: Uint32Array;
  /** The lines below it, as a number for `stackLines`; 0 if there are none. */
  readonly stack: Uint32Array;
  readonly flags: Uint32Array;
  readonly cpu: Uint32Array;
  readonly seconds: Uint32Array;
  readonly nanos: Uint32Array;
  /** The low and the high half of each period. */
  readonly period: Uint32Array;
}

/** A scanned `perf script` text: its lines are split, but their meaning is not yet decided. */
export interface ScriptText {
  readonly texts: Texts;
  readonly records: Records;
  /**
   * Distinct sequences of stack lines, innermost first: stack s is the texts lines[bounds[s]] to lines[bounds[s + 1] -
   * 1].
   */
  readonly stacks: number;
  readonly bounds: Uint32Array;
  readonly lines: Uint32Array;
  /**
   * Per text: its frame + 1 if it is a plain stack line; 0 if it is not a stack line; NONE if it must be read whole.
   */
  readonly frameOf: Uint32Array;
  readonly frames: number;
  readonly frameName: Uint32Array;
  readonly frameDso: Uint32Array;
  /** Texts of comment lines outside stacks, the first 4096. */
  readonly comments: Uint32Array;
  /** Lines that were longer than `longest` and were cut. */
  readonly cut: number;
  /** The number of the stack with these texts, innermost first. */
  stackOf(texts: readonly number[]): number;
  /** Splits a text that was added with `texts.add` like a stack line. */
  asFrame(text: number): void;
}

export interface ScanOptions {
  /** Whether the text before the time is enough to get comm, pid and tid. */
  readonly decomposes: (head: string) => boolean;
  /** Keep carriage returns at line ends. */
  readonly keepReturns: boolean;
  /** Read stack lines with `[unknown]` whole, with their address. */
  readonly keepUnknown: boolean;
  /** Longer lines are cut; in bytes. */
  readonly longest: number;
}

/** Scans text in pieces of any size. */
export interface Scanner {
  /** Where to write the next `bytes`; valid until the next call. */
  space(bytes: number): Uint8Array;
  /** Reads the first `bytes` of that space. */
  scanned(bytes: number): void;
  ended(): ScriptText;
}
