import { createRequire, syncBuiltinESMExports } from 'node:module';
import type timers from 'node:timers';
import type promises from 'node:timers/promises';
import { promisify } from 'node:util';
import { livingCell, type RunningCell } from './cells.ts';

type Callback = (...args: unknown[]) => void;
type Start = (callback: Callback, ...rest: unknown[]) => NodeJS.Timeout | NodeJS.Immediate;

const require = createRequire(import.meta.url);
/** Fired and cleared timers are swept out when a cell has gathered this many. */
const SWEEP = 1000;

const isOver = (timer: NodeJS.Timeout | NodeJS.Immediate): boolean =>
  (timer as { _destroyed?: boolean })._destroyed === true;

const keep = ({ timers }: RunningCell, timer: NodeJS.Timeout | NodeJS.Immediate): void => {
  if (timers.size >= SWEEP) for (const other of timers) if (isOver(other)) timers.delete(other);
  timers.add(timer);
};

/** Starts the timer as one of the cell's; a stopped cell starts none, which ends loops that sleep. */
const owned =
  (start: Start): Start =>
  (callback, ...rest) => {
    const cell = livingCell();
    const timer = start(callback, ...rest);
    keep(cell, timer);
    return timer;
  };

/** A sleep of timers/promises that ends with its cell. */
const sleeping =
  (sleep: (...args: unknown[]) => unknown, at: number) =>
  (...args: unknown[]): unknown => {
    const cell = livingCell();
    const options = (args[at] ?? {}) as { signal?: AbortSignal };
    const signal = options.signal ? AbortSignal.any([options.signal, cell.controller.signal]) : cell.controller.signal;
    args[at] = { ...options, signal };
    while (args.length < at) args.push(undefined);
    return sleep(...args);
  };

/** Gives every timer that cells start to its cell, so that a stop clears it. */
export const adoptTimers = (): void => {
  const module = require('node:timers') as typeof timers;
  const asleep = require('node:timers/promises') as typeof promises;
  const host = globalThis as unknown as Record<string, Start>;
  const names = ['setTimeout', 'setInterval', 'setImmediate'] as const;
  for (const name of names) {
    const original = module[name] as unknown as Start;
    const start = owned(original);
    Object.defineProperty(start, 'name', { value: name });
    const sleep = asleep[name] as unknown as (...args: unknown[]) => unknown;
    const asleepOwned = sleeping(sleep, name === 'setImmediate' ? 1 : 2);
    Object.assign(asleep, { [name]: asleepOwned });
    Object.defineProperty(start, promisify.custom, { configurable: true, get: () => asleepOwned });
    Object.assign(module, { [name]: start });
    host[name] = start;
  }
  syncBuiltinESMExports();
};

/** Clears what a stopped cell has going. */
export const clearTimers = ({ timers }: RunningCell): void => {
  for (const timer of timers) {
    if ('hasRef' in timer && 'refresh' in timer) clearTimeout(timer);
    else clearImmediate(timer);
  }
  timers.clear();
};
