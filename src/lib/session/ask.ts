import type { AskOptions } from '../api.ts';
import { type Answers, collect, type Wanted } from './answers.ts';
import type { Backend } from './backend.ts';
import { captureAll } from './capture.ts';
import { askedFor } from './names.ts';
import { needOf } from './need.ts';
import type { Pending } from './pending.ts';

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
  return captureAll(backends, {
    what: Object.values(names).join(', '),
    need: needOf(wanted, options),
    collect: async (captures) => pick(await collect(captures, wanted, code)),
  });
};
