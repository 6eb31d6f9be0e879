import type { Answer } from '../../answer/answer.ts';
import { FridayError } from '../../errors.ts';
import type { HostShape, Row } from '../../questions/question.ts';
import type { Seen, Step } from './step.ts';
import { steps } from './steps.ts';
import { type Concluded, conclude, type Conclusion, withCoverage } from './verdict.ts';

/** The ten answers by step: what `host.ask(sixtySeconds.questions)` gives. */
export type Minute = Readonly<Record<string, Answer>>;

/** Questions whose rows several steps judge by: they are asked beside those of the steps. */
const EVIDENCE = {
  pressure: 'pressure',
  cgroupPressure: 'cgroup-pressure',
  cgroupLimits: 'cgroup-limits',
  runDelay: 'run-delay',
  reclaim: 'reclaim',
  udp: 'udp',
  softnet: 'softnet',
  limits: 'limits',
} as const;

/** What to ask for the first minute: one window, one recording. */
export const minuteQuestions: Readonly<Record<string, string>> = {
  ...Object.fromEntries(steps.map(({ key, question }) => [key, question])),
  ...EVIDENCE,
};

/** All ten steps judged on one minute. */
export interface MinuteSeen {
  readonly steps: readonly (Concluded & { readonly answer: Answer })[];
  readonly conclusion: Conclusion;
}

const answerFor = (minute: Minute, { key }: Step): Answer => {
  const answer = minute[key];
  if (answer !== undefined) return answer;
  throw new FridayError('usage', `sixtySeconds: the answer for ${key} is missing`, {
    next: 'Ask for all ten at once: host.ask(sixtySeconds.questions, { seconds: 60 }).',
  });
};

/** Judges the ten answers of one host, purely from their rows. */
export const judgeMinute = (minute: Minute, host: HostShape): MinuteSeen => {
  const rows = new Map(steps.map((step) => [step.question, answerFor(minute, step).rows() as readonly Row[]]));
  const seen: Seen = { host, rows: (question) => rows.get(question) ?? [] };
  const judged = steps.map((step) => {
    const answer = answerFor(minute, step);
    const verdict = step.judge(rows.get(step.question) ?? [], seen);
    return { ...withCoverage(step, verdict, answer.how.coverage), answer };
  });
  return { steps: judged, conclusion: conclude(judged) };
};
