/** An answer on its way: not awaited, it runs on, and the next cell is free. */
export interface Pending<T> extends Promise<T> {
  /** What there is until now; refreshed each second while somebody looks. */
  readonly sofar: T | undefined;
  /** Ends it now; what was captured until then is a valid answer, marked as cut. */
  stop(): Promise<T>;
}

/** Makes a Pending of a promise, a look at the unfinished answer, and a way to end it early. */
export const pending = <T>(
  promise: Promise<T>,
  { sofar, stop }: { readonly sofar: () => T | undefined; readonly stop: () => void },
): Pending<T> => {
  // Not awaited is allowed here: a failure shows when somebody awaits it, and in the recording's manifest.
  promise.catch(() => undefined);
  return Object.defineProperties(promise, {
    sofar: { get: sofar, enumerable: true },
    stop: {
      value: () => {
        stop();
        return promise;
      },
    },
  }) as Pending<T>;
};

/** A Pending of something that is there at once or cannot be ended early. */
export const soon = <T>(promise: Promise<T>): Pending<T> => {
  let value: T | undefined;
  void promise.then(
    (found) => {
      value = found;
    },
    () => undefined,
  );
  return pending(promise, { sofar: () => value, stop: () => undefined });
};
