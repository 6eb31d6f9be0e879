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
/** Fired and cleared timers are swept out when a cell has gathered this many. */
const SWEEP = 1000;

const isOver = (timer: Timer): boolean => (timer as { _destroyed?: boolean })._destroyed === true;

const keep = ({ timers }: RunningCell, timer: Timer): void => {
  if (timers.size >= SWEEP) for (const other of timers) if (isOver(other)) timers.delete(other);
  timers.add(timer);
};

/** Starts the timer as one of the cell's; a stopped cell starts none, which ends loops that sleep. */
const owned =
  (start: Start): Start =>
  (...args) => {
    const cell = livingCell();
    const timer = start(...args);
    keep(cell, timer);
    return timer;
  };

/** A sleep of timers/promises that ends with its cell; options stand at `at`. */
const sleeping =
  (sleep: Sleep, at: number): Sleep =>
  (...args) => {
    const { signal } = livingCell().controller;
    const options = (args[at] ?? {}) as { signal?: AbortSignal };
    while (args.length < at) args.push(undefined);
    args[at] = { ...options, signal: options.signal ? AbortSignal.any([options.signal, signal]) : signal };
    return sleep(...args);
  };

/** Gives every timer that cells start to its cell, so that a stop clears it. */
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

/** Clears what a stopped cell has going. */
export const clearTimers = ({ timers }: RunningCell): void => {
  for (const timer of timers) {
    if (isTurn(timer)) clearTurn(timer);
    else clearTimeout(timer as NodeJS.Timeout);
  }
  timers.clear();
};
