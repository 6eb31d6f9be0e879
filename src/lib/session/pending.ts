import type { Pending } from '../api.ts';
import { currentKernel } from '../kernel.ts';
import { showAs } from './shown.ts';

export type { Pending } from '../api.ts';

type State = 'running' | 'done' | 'failed';

interface Parts<T> {
  readonly sofar: () => T | undefined;
  readonly stop: () => void;
  /** What it prints as a cell's last line. */
  readonly say: (state: State) => string;
  /** The first interrupt of a cell that awaits it stops it, and the cell goes on with what was captured. */
  readonly isCapture?: boolean;
}

/** Makes a Pending of a promise, a look at the unfinished answer, and a way to end it early. */
export const pending = <T>(promise: Promise<T>, { sofar, stop, say, isCapture = false }: Parts<T>): Pending<T> => {
  let state: State = 'running';
  const then = promise.then.bind(promise);
  // Not awaited is allowed: a failure shows when somebody awaits it, and in the recording's manifest.
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
    // `await` calls `then` only of what does not say that Promise is its constructor; the others it takes from inside.
    constructor: { value: undefined },
    then: { value: awaited },
  }) as Pending<T>;
  return showAs(made, () => say(state));
};

/** A Pending of something that is there soon and cannot be ended early. */
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
