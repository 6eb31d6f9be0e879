import type { RunningCell } from './cells.ts';
import { hold } from './watch.ts';

interface Awaited {
  readonly stop: () => void;
}

/** The captures that cells wait for, of cells that run and have not been interrupted. */
const awaited = new Map<RunningCell, Set<Awaited>>();

/** Cells that an interrupt reaches as it reaches any other: they have ended, or their captures were stopped before. */
const done = new WeakSet<RunningCell>();

const forget = (cell: RunningCell): void => {
  awaited.delete(cell);
  hold(awaited.size > 0);
};

/** Remembers that a cell waits for a capture, which `stop` ends; returns what takes it back. */
export const awaitCapture = (cell: RunningCell, stop: () => void): (() => void) => {
  if (done.has(cell)) return () => undefined;
  const captures = awaited.get(cell) ?? new Set();
  const one: Awaited = { stop };
  captures.add(one);
  awaited.set(cell, captures);
  hold(true);
  return () => {
    captures.delete(one);
    if (captures.size === 0 && awaited.get(cell) === captures) forget(cell);
  };
};

/** A cell that has ended waits for nothing. */
export const endCaptures = (cell: RunningCell): void => {
  done.add(cell);
  forget(cell);
};

/** Stops the captures that a cell waits for, once; false where it waits for none, so that the cell itself is to be stopped. */
export const stopCaptures = (cell: RunningCell): boolean => {
  const captures = awaited.get(cell);
  if (captures === undefined) return false;
  endCaptures(cell);
  try {
    for (const { stop } of captures) stop();
    return true;
  } catch {
    return false;
  }
};
