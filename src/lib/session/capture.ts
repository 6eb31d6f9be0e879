import { currentKernel } from '../kernel.ts';
import type { Capture } from './answers.ts';
import type { Backend, Need, Progress } from './backend.ts';
import { type Pending, pending } from './pending.ts';
import { reporter } from './progress.ts';

/** Reads the unfinished answer at most once a second, and only when `sofar` is read. */
const looker = <T>(collect: () => Promise<T>): (() => T | undefined) => {
  let value: T | undefined;
  let looked = 0;
  return () => {
    if (Date.now() - looked > 1000) {
      looked = Date.now();
      collect().then(
        (found) => {
          value = found;
        },
        () => undefined,
      );
    }
    return value;
  };
};

/** 'iostat on web1: 4 of 10 s captured; await it, or .stop()'. */
const sayer = (what: string, seconds: number) => {
  let done = 0;
  return {
    progress: (progress: Progress): void => {
      done = Math.min(progress.seconds, progress.of);
    },
    say: (state: 'running' | 'done' | 'failed'): string => {
      if (state === 'failed') return `${what}: failed; await it to see why`;
      if (state === 'done') return `${what}: captured; await it for the answer`;
      return `${what}: ${done.toFixed(0)} of ${String(seconds)} s captured; await it, or .stop()`;
    },
  };
};

export interface Capturing<T> {
  /** What is captured, for the sentence about its progress: 'iostat'. */
  readonly what: string;
  readonly need: Need;
  /** What the caller gets of what is recorded so far. */
  readonly collect: (captures: readonly Capture[]) => Promise<T>;
  /** The error that the caller gets of one that a host gave. */
  readonly explain?: (error: unknown, of: Backend) => unknown;
}

/** Records one window on every host, and reads the answer from it. */
export const captureAll = <T>(
  backends: readonly Backend[],
  { what, need, collect, explain = (error) => error }: Capturing<T>,
): Pending<T> => {
  const live = backends.some((backend) => backend.live);
  const report = reporter(live);
  const said = sayer(`${what} on ${backends.map(({ url }) => url).join(', ')}`, need.seconds);
  const captures = backends.map((backend) => ({
    of: backend,
    run: backend.run(need, (progress) => {
      said.progress(progress);
      report.progress(backend.url, progress);
    }),
  }));
  const stop = (): void => {
    report.stopping();
    for (const { run } of captures) run.stop();
  };
  const { signal } = currentKernel() ?? {};
  signal?.addEventListener('abort', stop, { once: true });
  const look = looker(() => collect(captures));
  const done = captures.map(async ({ of, run }) => {
    try {
      await run.done;
    } catch (error) {
      throw explain(error, of);
    }
  });
  const answers = Promise.all(done)
    .then(() => collect(captures))
    .finally(() => {
      signal?.removeEventListener('abort', stop);
      report.end();
    });
  return pending(answers, { sofar: look, stop, say: said.say, isCapture: live });
};
