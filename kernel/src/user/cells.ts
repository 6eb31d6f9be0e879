import { AsyncLocalStorage } from 'node:async_hooks';
import { getCallSites } from 'node:util';
import { isCell, isOwn } from './sources.ts';
import type { Turn } from './turns.ts';

/** A cell that runs or ran here; whatever it started still belongs to it. */
export interface RunningCell {
  readonly id: number;
  readonly name: string;
  readonly silent: boolean;
  readonly controller: AbortController;
  readonly timers: Set<NodeJS.Timeout | Turn>;
  readonly children: Set<{ kill(signal: NodeJS.Signals): boolean; readonly pid?: number | undefined }>;
  readonly payload: Record<string, unknown>[];
  /** It was stopped: what is left of it may neither print nor wait. */
  stopped: boolean;
}

const storage = new AsyncLocalStorage<RunningCell>();
let latest: RunningCell = createCell(0, 'kernel', true);

export function createCell(id: number, name: string, silent: boolean): RunningCell {
  const controller = new AbortController();
  return { id, name, silent, controller, timers: new Set(), children: new Set(), payload: [], stopped: false };
}

/** The cell that caused what runs now: by asynchronous context, else the one that started last. */
export const currentCell = (): RunningCell => storage.getStore() ?? latest;

/** Runs `work` as part of the cell. */
export const within = <T>(cell: RunningCell, work: () => T): T => storage.run(cell, work);

/** Makes a cell the one to which things without a context belong. */
export const started = (cell: RunningCell): void => {
  latest = cell;
};

/** What a stopped cell meets when it goes on. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('the cell was stopped');
  }
}

/** True when a cell's own code called: directly, or through Node's modules (console, child_process) when `through`. */
const calledByCell = (through: boolean): boolean => {
  const site = getCallSites(12).find(
    ({ scriptName }) => !isOwn(scriptName) && !(through && scriptName.startsWith('node:')),
  );
  return site !== undefined && isCell(site.scriptName);
};

/**
 * The current cell; throws in the code of a stopped one, which ends its loops. What a stopped cell has made, e.g. a
 * connection, lives on: its own callbacks run in the stopped cell's context, and may print and wait.
 */
export const livingCell = (through = false): RunningCell => {
  if (storage.getStore()?.stopped === true && calledByCell(through)) throw new Interrupted();
  return currentCell();
};
