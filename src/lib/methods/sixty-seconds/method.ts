import type { Answer } from '../../answer/answer.ts';
import { FridayError } from '../../errors.ts';
import type { HostShape, Row } from '../../questions/question.ts';
import type { Seen, Step } from './step.ts';
import { checklist, steps } from './steps.ts';
import { type Concluded, conclude, type Conclusion, withCoverage } from './verdict.ts';

/** The answers by key, as `host.ask(sixtySeconds.questions)` returns them. */
export type Minute = Readonly<Record<string, Answer>>;

/** Questions without their own step; several steps use their answers. */
const EVIDENCE = { cgroupPressure: 'cgroup-pressure', runDelay: 'run-delay', reclaim: 'reclaim', softnet: 'softnet' };

/** The questions of the first minute: one window, one recording. */
export const minuteQuestions: Readonly<Record<string, string>> = {
  ...Object.fromEntries(steps.map(({ key, question }) => [key, question])),
  ...EVIDENCE,
};

/** All steps, judged on one minute. */
export interface MinuteSeen {
  readonly steps: readonly (Concluded & { readonly answer: Answer })[];
  readonly conclusion: Conclusion;
}

const missing = (key: string): FridayError =>
  new FridayError('usage', `sixtySeconds: the answer for ${key} is missing`, {
    next: 'Ask for all at once: sixtySeconds(await host.ask(sixtySeconds.questions, { seconds: 60 })).',
  });

/** Coverage of a step's answers; an answer without rows is judged as missing, so its coverage does not count. */
const coverageOf = (minute: Minute, { key, also = [] }: Step): number =>
  Math.min(
    minute[key]?.how.coverage ?? 0,
    ...also.flatMap((other) => {
      const answer = minute[other];
      return answer === undefined || answer.size === 0 ? [] : [answer.how.coverage];
    }),
  );

/** CPUs that our own processes used; all answers are from one capture. */
const oursOf = (minute: Minute): number => {
  const { ours, wall } = minute['vmstat']?.how.overhead ?? { ours: { cpu: 0 }, wall: 0 };
  return wall > 0 ? ours.cpu / wall : 0;
};

/** Judges one host by the rows of its answers. The answers for the ten commands are required, the others optional. */
export const judgeMinute = (minute: Minute, host: HostShape): MinuteSeen => {
  for (const { key } of checklist) if (minute[key] === undefined) throw missing(key);
  const rows = new Map<string, readonly Row[]>();
  for (const [key, question] of Object.entries(minuteQuestions)) {
    const answer = minute[key];
    if (answer !== undefined) rows.set(question, answer.rows() as readonly Row[]);
  }
  const seen: Seen = { host, rows: (question) => rows.get(question) ?? [], ours: oursOf(minute) };
  const cut = Object.values(minute).find(({ how }) => how.cut !== undefined)?.how.cut;
  const judged = steps.flatMap((step) => {
    const answer = minute[step.key];
    if (answer === undefined) return [];
    const verdict = step.judge(rows.get(step.question) ?? [], seen);
    return [{ ...withCoverage(step, verdict, coverageOf(minute, step), cut), answer }];
  });
  return { steps: judged, conclusion: conclude(judged, cut) };
};
