import type { RunningCell } from './cells.ts';
import { hold } from './watch.ts';

interface Awaited {
  readonly stop: () => void;
}

/** The captures that each running cell waits for; cells that were interrupted are not in it. */
const awaited = new Map<RunningCell, Set<Awaited>>();

/** Cells that an interrupt stops as usual, since they have ended or their captures were stopped by an earlier one. */
const done = new WeakSet<RunningCell>();

let running = 0;

/** Notes that a capture runs, whichever cell waits for it; returns the function to be called once when it has ended. */
export const capturing = (): (() => void) => {
  hold(++running > 0);
  return () => {
    hold(--running > 0);
  };
};

/** Notes that a cell waits for a capture, which `stop` ends; returns the function that removes the note. */
export const awaitCapture = (cell: RunningCell, stop: () => void): (() => void) => {
  if (done.has(cell)) return () => undefined;
  const captures = awaited.get(cell) ?? new Set();
  const one: Awaited = { stop };
  captures.add(one);
  awaited.set(cell, captures);
  return () => {
    captures.delete(one);
    if (captures.size === 0 && awaited.get(cell) === captures) awaited.delete(cell);
  };
};

/** Forgets the captures of a cell that has ended. */
export const endCaptures = (cell: RunningCell): void => {
  done.add(cell);
  awaited.delete(cell);
};

/** Stops the captures that a cell waits for, once; false if there are none and the cell itself must be stopped. */
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
