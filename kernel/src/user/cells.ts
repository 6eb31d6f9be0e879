import { AsyncLocalStorage } from 'node:async_hooks';
import { getCallSites } from 'node:util';
import { isCell, isOwn } from './sources.ts';
import type { Turn } from './turns.ts';

/** A cell that runs or ran in this process, with the timers and children that it started. */
export interface RunningCell {
  readonly id: number;
  readonly name: string;
  readonly silent: boolean;
  readonly controller: AbortController;
  readonly timers: Set<NodeJS.Timeout | Turn>;
  readonly children: Set<{ kill(signal: NodeJS.Signals): boolean; readonly pid?: number | undefined }>;
  readonly payload: Record<string, unknown>[];
  /** After a stop, code of the cell that still runs may neither print nor wait. */
  stopped: boolean;
}

const storage = new AsyncLocalStorage<RunningCell>();
let latest: RunningCell = createCell(0, 'kernel', true);

export function createCell(id: number, name: string, silent: boolean): RunningCell {
  const controller = new AbortController();
  return { id, name, silent, controller, timers: new Set(), children: new Set(), payload: [], stopped: false };
}

/** The cell whose code runs now: from the asynchronous context, otherwise the cell that started last. */
export const currentCell = (): RunningCell => storage.getStore() ?? latest;

/** Runs `work` as part of the cell. */
export const within = <T>(cell: RunningCell, work: () => T): T => storage.run(cell, work);

/** Makes this cell the owner of whatever has no asynchronous context. */
export const started = (cell: RunningCell): void => {
  latest = cell;
};

/** Thrown in the code of a stopped cell that still runs. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('the cell was stopped');
  }
}

/** True when the caller is a cell's own code: directly or, with `through`, by way of Node's modules (console). */
const calledByCell = (through: boolean): boolean => {
  const site = getCallSites(12).find(
    ({ scriptName }) => !isOwn(scriptName) && !(through && scriptName.startsWith('node:')),
  );
  return site !== undefined && isCell(site.scriptName);
};

/**
 * The current cell. Throws Interrupted in the code of a stopped cell, which ends its loops. Objects that a stopped cell
 * made, e.g. a connection, stay usable: their callbacks run in that cell's context, and may print and wait.
 */
export const livingCell = (through = false): RunningCell => {
  if (storage.getStore()?.stopped === true && calledByCell(through)) throw new Interrupted();
  return currentCell();
};
