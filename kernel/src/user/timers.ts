import { createRequire, syncBuiltinESMExports } from 'node:module';
import type timers from 'node:timers';
import type promises from 'node:timers/promises';
import { promisify } from 'node:util';
import { livingCell, type RunningCell } from './cells.ts';
import { clearTurn, isTurn, setTurn, type Turn } from './turns.ts';

type Timer = NodeJS.Timeout | Turn;
type Start = (...args: unknown[]) => Timer;
type Sleep = (...args: unknown[]) => unknown;

const require = createRequire(import.meta.url);
/** Expired timers are removed from a cell's set when it has this many. */
const SWEEP = 1000;

const isOver = (timer: Timer): boolean => (timer as { _destroyed?: boolean })._destroyed === true;

const keep = ({ timers }: RunningCell, timer: Timer): void => {
  if (timers.size >= SWEEP) for (const other of timers) if (isOver(other)) timers.delete(other);
  timers.add(timer);
};

/** Registers the timer with the current cell; throws in a stopped cell, which ends loops that sleep. */
const owned =
  (start: Start): Start =>
  (...args) => {
    const cell = livingCell();
    const timer = start(...args);
    keep(cell, timer);
    return timer;
  };

/** A function of timers/promises whose sleep ends when its cell is stopped; `at` is the index of its options. */
const sleeping =
  (sleep: Sleep, at: number): Sleep =>
  (...args) => {
    const { signal } = livingCell().controller;
    const options = (args[at] ?? {}) as { signal?: AbortSignal };
    while (args.length < at) args.push(undefined);
    args[at] = { ...options, signal: options.signal ? AbortSignal.any([options.signal, signal]) : signal };
    return sleep(...args);
  };

/** Registers every timer with the cell that starts it, so that a stop clears it. */
export const adoptTimers = (): void => {
  const module = require('node:timers') as typeof timers;
  const asleep = require('node:timers/promises') as typeof promises;
  const starts: Record<string, [Start, number]> = {
    setTimeout: [module.setTimeout as unknown as Start, 2],
    setInterval: [module.setInterval as unknown as Start, 2],
    setImmediate: [setTurn as unknown as Start, 1],
  };
  const mine: Record<string, unknown> = {};
  for (const [name, [start, at]] of Object.entries(starts)) {
    const sleep = sleeping((asleep as unknown as Record<string, Sleep>)[name] as Sleep, at);
    Object.assign(asleep, { [name]: sleep });
    mine[name] = Object.defineProperties(owned(start), { name: { value: name }, [promisify.custom]: { value: sleep } });
  }
  const clear = module.clearImmediate;
  mine['clearImmediate'] = (turn: unknown): void => {
    if (isTurn(turn)) clearTurn(turn);
    else clear(turn as NodeJS.Immediate);
  };
  Object.assign(module, mine);
  Object.assign(globalThis, mine);
  syncBuiltinESMExports();
};

/** Clears the timers of a stopped cell. */
export const clearTimers = ({ timers }: RunningCell): void => {
  for (const timer of timers) {
    if (isTurn(timer)) clearTurn(timer);
    else clearTimeout(timer as NodeJS.Timeout);
  }
  timers.clear();
};
