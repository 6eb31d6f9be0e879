import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { MessageChannel } from 'node:worker_threads';

type Work = (...args: never[]) => void;

const queue: (() => void)[] = [];
const { port1: sender, port2: receiver } = new MessageChannel();
receiver.on('message', () => {
  const work = queue.shift();
  // Before the work, which a stop may unwind.
  if (queue.length > 0) sender.postMessage(0);
  work?.();
});

/**
 * Calls `work` in a turn of the loop of its own. Cells run in such turns, and what they give to setImmediate() too: Node's
 * own queue of immediates (lib/internal/timers.js, processImmediate) throws for ever once a stop has unwound one of them,
 * while a message port keeps nothing between two messages.
 */
export const inTurn = <A extends readonly unknown[]>(work: (...args: A) => void, ...args: A): void => {
  queue.push(() => {
    work(...args);
  });
  sender.postMessage(0);
};

/** Goes on with what waits: a stop may have unwound the taking of a turn. */
export const resumeTurns = (): void => {
  sender.postMessage(0);
};

/** What setImmediate() returns: enough of Node's Immediate for who holds one. */
export interface Turn {
  readonly _destroyed: boolean;
  hasRef(): boolean;
  ref(): Turn;
  unref(): Turn;
  [Symbol.dispose](): void;
}

/** setImmediate() for cells: in the context of who calls it, and cleared by `clearTurn`. */
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
