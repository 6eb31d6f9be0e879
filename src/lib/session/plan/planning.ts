import type { Answer } from '../../answer/answer.ts';
import type { AskOptions, OwnCall, PlanRow } from '../../api.ts';
import type { Backend, Need } from '../backend.ts';
import { fromEach, lookUp, PLAN } from '../look-up.ts';
import { askedFor } from '../names.ts';
import { needOf } from '../need.ts';
import { ASK_OPTIONS, checkOptions } from '../options.ts';
import { ownCallIn, ownPlan } from './own.ts';
import { sayPlan } from './say.ts';

type Questions = string | Readonly<Record<string, string>>;

interface Planned {
  /** The questions, or the program. */
  readonly asked: readonly string[];
  readonly isOwn: boolean;
  readonly needFor: (backend: Backend) => Promise<Need>;
}

const planned = (questions: Questions | OwnCall, options: AskOptions): Planned => {
  const own = ownCallIn(questions);
  if (own !== undefined) {
    const { what, needFor } = ownPlan(own, options);
    return { asked: [what], isOwn: true, needFor };
  }
  checkOptions('plan', options, ASK_OPTIONS);
  const asked: readonly string[] = typeof questions === 'string' ? [questions] : Object.values(questions as Record<string, string>); // prettier-ignore
  const need = needOf(Object.fromEntries(asked.map((each) => [each, askedFor(each)])), options);
  return { asked, isOwn: false, needFor: () => Promise.resolve(need) };
};

/** What an ask, or a method for a program of the caller's own, would do with the same options. */
export const planning = async (
  backends: readonly Backend[],
  name: string,
  questions: Questions | OwnCall,
  options: AskOptions = {},
): Promise<Answer> => {
  const { asked, isOwn, needFor } = planned(questions, options);
  const rows = await fromEach<Omit<PlanRow, 'host'>>(backends, async (backend) => backend.plan(await needFor(backend)));
  return lookUp(PLAN, rows, 'plan', name, sayPlan(rows, { asked, isOwn, hosts: name }));
};
