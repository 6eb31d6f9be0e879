import type { Pending } from '../api.ts';
import { currentKernel } from '../kernel.ts';
import { showAs } from './shown.ts';

export type { Pending } from '../api.ts';

type State = 'running' | 'done' | 'failed';

interface Parts<T> {
  readonly sofar: () => T | undefined;
  readonly stop: () => void;
  /** The text that it prints as the last line of a cell. */
  readonly say: (state: State) => string;
  /** If true, the first interrupt of an awaiting cell stops the capture, and the cell goes on with the data so far. */
  readonly isCapture?: boolean;
}

/** Makes a Pending from a promise, a function that reads the unfinished answer, and one that ends it early. */
export const pending = <T>(promise: Promise<T>, { sofar, stop, say, isCapture = false }: Parts<T>): Pending<T> => {
  let state: State = 'running';
  const then = promise.then.bind(promise);
  const ended = isCapture ? currentKernel()?.capturing() : undefined;
  if (ended !== undefined) void then(ended, ended);
  // A Pending need not be awaited: a failure is in the recording's manifest, and is thrown when it is awaited.
  void then(
    () => (state = 'done'),
    () => (state = 'failed'),
  );
  const awaited: typeof promise.then = (onDone, onFailed) => {
    const over = isCapture && state === 'running' ? currentKernel()?.awaiting(stop) : undefined;
    if (over !== undefined) void then(over, over);
    return then(onDone, onFailed);
  };
  const made = Object.defineProperties(promise, {
    sofar: { get: sofar, enumerable: true },
    stop: {
      value: () => {
        stop();
        return promise;
      },
    },
    // With Promise as its constructor, `await` would not call the `then` below.
    constructor: { value: undefined },
    then: { value: awaited },
  }) as Pending<T>;
  return showAs(made, () => say(state));
};

/** A Pending that takes only a moment and cannot be ended early. */
export const soon = <T>(promise: Promise<T>, what: string): Pending<T> => {
  let value: T | undefined;
  void promise.then(
    (found) => {
      value = found;
    },
    () => undefined,
  );
  const say = (state: State): string =>
    `${what}: ${state === 'failed' ? 'failed; await it to see why' : 'await it for the answer'}`;
  return pending(promise, { sofar: () => value, stop: () => undefined, say });
};
