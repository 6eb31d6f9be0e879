import type { OwnOptions } from '../../api.ts';
import { inSeconds } from '../../duration.ts';
import { FridayError } from '../../errors.ts';
import type { RunnableWay } from '../../questions/way.ts';
import type { Answers } from '../answers.ts';
import type { Backend, Need } from '../backend.ts';
import { captureAll } from '../capture.ts';
import { limitsOf } from '../limits.ts';
import { checkOptions } from '../options.ts';
import type { Pending } from '../pending.ts';
import { collectOwn } from './collect-own.ts';
import { isOf, type OwnProgram } from './own-program.ts';

/** What to record for a program of the caller's own; checks the options. */
export const ownNeed = (own: OwnProgram, options: OwnOptions): Need => {
  const { name, program, attaches } = own;
  const { seconds = 10 } = options;
  const { maxBytes = own.maxBytes, ...limits } = limitsOf(options);
  const way: RunnableWay = {
    // Where sudo allows a tool alone, it has to end by itself: a text of bpftrace can be given a limit, words of others cannot.
    tool: name === 'perf' ? 'perf of your own' : name,
    grain: 'events',
    cannotSee: [],
    sources: [],
    lacks: (host) => own.lacks(host),
    program: () => program,
    simpler: () => (own.simpler === undefined ? [] : [own.simpler]),
  };
  return {
    sources: [],
    seconds: inSeconds(seconds, 'seconds'),
    hz: 1,
    ...limits,
    programs: [
      {
        question: { name, sources: [], ways: [way] },
        own: { attaches, maxBytes },
        isSame: (recorded) => isOf(own, recorded),
      },
    ],
  };
};

/** What the caller is told of a program that did not start, in the program's own words. */
const explaining =
  (own: OwnProgram) =>
  (error: unknown, of: Backend): unknown => {
    if (!(error instanceof FridayError) || error.kind !== 'missing' || error.seen === undefined) return error;
    return own.failure({ why: error.what, exit: undefined, said: error.seen, os: of.about.host.os }) ?? error;
  };

interface Call<T> {
  readonly options: OwnOptions;
  /** The names of the options that the method takes. */
  readonly known: readonly string[];
  /** The call as one would write it. */
  readonly code: string;
  readonly pick: (answers: Answers) => T;
}

/** Records a program of the caller's own on every host and reads its output; of a recording, the output that it has. */
export const captureOwn = <T>(
  backends: readonly Backend[],
  own: OwnProgram,
  { options, known, code, pick }: Call<T>,
): Pending<T> => {
  checkOptions(own.name, options, known);
  return captureAll(backends, {
    what: own.what,
    need: ownNeed(own, options),
    collect: async (captures) => pick(await collectOwn(captures, own, code)),
    explain: explaining(own),
  });
};
