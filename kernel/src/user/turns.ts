import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { MessageChannel } from 'node:worker_threads';

type Work = (...args: never[]) => void;

const queue: (() => void)[] = [];
const { port1: sender, port2: receiver } = new MessageChannel();
receiver.on('message', () => {
  const work = queue.shift();
  // Posted before the work, since a stop may abort the work.
  if (queue.length > 0) sender.postMessage(0);
  work?.();
});

/**
 * Calls `work` in its own turn of the event loop. Cells, and their setImmediate() callbacks, run in such turns: once a
 * stop has aborted a callback of Node's own queue of immediates (lib/internal/timers.js, processImmediate), that queue
 * throws forever, while a message port keeps no state between two messages.
 */
export const inTurn = <A extends readonly unknown[]>(work: (...args: A) => void, ...args: A): void => {
  queue.push(() => {
    work(...args);
  });
  sender.postMessage(0);
};

/** Continues the queue: a stop may have aborted the turn that would have done so. */
export const resumeTurns = (): void => {
  sender.postMessage(0);
};

/** What setImmediate() returns: the members of Node's Immediate. */
export interface Turn {
  readonly _destroyed: boolean;
  hasRef(): boolean;
  ref(): Turn;
  unref(): Turn;
  [Symbol.dispose](): void;
}

/** setImmediate() for cells: keeps the caller's asynchronous context; `clearTurn` cancels it. */
export const setTurn = (work: Work, ...args: never[]): Turn => {
  if (typeof work !== 'function') throw new TypeError(`setImmediate: expected a function, got ${inspect(work)}`);
  const bound = AsyncLocalStorage.bind(() => {
    if (turn._destroyed) return;
    turn._destroyed = true;
    work(...args);
  });
  const turn = {
    _destroyed: false,
    hasRef: () => true,
    ref: () => turn,
    unref: () => turn,
    [Symbol.dispose]: () => {
      turn._destroyed = true;
    },
  };
  inTurn(bound);
  return turn;
};

export const isTurn = (value: unknown): value is Turn & { _destroyed: boolean } =>
  typeof value === 'object' && value !== null && '_destroyed' in value && !('_idleNext' in value);

export const clearTurn = (turn: unknown): void => {
  if (isTurn(turn)) turn._destroyed = true;
};
