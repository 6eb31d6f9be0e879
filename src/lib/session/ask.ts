import { currentKernel } from '../kernel.ts';
import type { AskOptions } from '../api.ts';
import { type Answers, type Capture, collect, type Wanted } from './answers.ts';
import type { Backend, Progress } from './backend.ts';
import { askedFor } from './names.ts';
import { needOf } from './need.ts';
import { type Pending, pending } from './pending.ts';
import { reporter } from './progress.ts';

/** Reads the unfinished answer at most once a second, and only when `sofar` is read. */
const looker = (captures: readonly Capture[], wanted: Wanted, code: string): (() => Answers | undefined) => {
  let value: Answers | undefined;
  let looked = 0;
  return () => {
    if (Date.now() - looked > 1000) {
      looked = Date.now();
      collect(captures, wanted, code).then(
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
const sayer = (names: readonly string[], hosts: string, seconds: number) => {
  const what = `${names.join(', ')} on ${hosts}`;
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

export interface AskAll<T> {
  readonly names: Readonly<Record<string, string>>;
  readonly options: AskOptions;
  /** The call as one would write it. */
  readonly code: string;
  /** Selects what the caller gets of the answers. */
  readonly pick: (answers: Answers) => T;
}

/** Records one window on every host and answers all wanted questions from it. */
export const askAll = <T>(backends: readonly Backend[], { names, options, code, pick }: AskAll<T>): Pending<T> => {
  const wanted: Wanted = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, askedFor(name)]));
  const need = needOf(wanted, options);
  const live = backends.some((backend) => backend.live);
  const report = reporter(live);
  const said = sayer(Object.values(names), backends.map(({ url }) => url).join(', '), need.seconds);
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
  const look = looker(captures, wanted, code);
  const answers = Promise.all(captures.map(({ run }) => run.done))
    .then(() => collect(captures, wanted, code))
    .then(pick)
    .finally(() => {
      signal?.removeEventListener('abort', stop);
      report.end();
    });
  const sofar = (): T | undefined => {
    const found = look();
    return found && pick(found);
  };
  return pending(answers, { sofar, stop, say: said.say, isCapture: live });
};
