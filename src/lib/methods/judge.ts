import { FridayError } from '../errors.ts';
import type { HostShape } from '../questions/question.ts';
import type { QuestionName, RowOf } from '../questions/rows.ts';
import { conclude, type Conclusion } from './conclude.ts';
import type { Captured, Seen, Step } from './step.ts';
import { type Concluded, withCoverage } from './verdict.ts';

/** A method as data: what it asks, and the steps that judge the answers. A second method is one file with one of these. */
export interface Method {
  /** Its name in code: 'sixtySeconds'. */
  readonly name: string;
  /** The question that its findings answer, in their provenance: 'sixty-seconds'. */
  readonly question: string;
  /** The call that captures a host and judges it, for error messages. */
  readonly call: string;
  /** Steps whose answers it cannot do without. */
  readonly required: readonly Step[];
  /** Steps that are judged if the capture has their answers. */
  readonly optional: readonly Step[];
  /** Questions without a step of their own, by key: several steps use their answers. */
  readonly evidence: Readonly<Record<string, QuestionName>>;
}

const stepsOf = ({ required, optional }: Method): readonly Step[] => [...required, ...optional];

/** All questions that a method asks, by key: one window, one recording. */
export const questionsOf = (method: Method): Readonly<Record<string, QuestionName>> => ({
  ...Object.fromEntries(stepsOf(method).map(({ key, question }) => [key, question])),
  ...method.evidence,
});

/** All steps of a method, judged on one capture. */
export interface JudgedCapture {
  readonly steps: readonly (Concluded & Required<Pick<Concluded, 'answer'>>)[];
  readonly conclusion: Conclusion;
}

const checkComplete = ({ name, call, required }: Method, captured: Captured): void => {
  const missing = required.find(({ key }) => captured[key] === undefined);
  if (missing !== undefined)
    throw new FridayError('usage', `${name}: the answer for ${missing.key} is missing`, {
      next: `Ask for all at once: ${call}.`,
    });
};

/** Coverage of a step's answers; an answer without rows is judged as missing, so its coverage does not count. */
const coverageOf = (captured: Captured, { key, also = [] }: Step): number =>
  Math.min(
    captured[key]?.how.coverage ?? 0,
    ...also.flatMap((other) => {
      const answer = captured[other];
      return answer === undefined || answer.size === 0 ? [] : [answer.how.coverage];
    }),
  );

/** CPUs that our own processes used; all answers are from one capture. */
const oursOf = (captured: Captured): number => {
  const { ours, wall } = Object.values(captured)[0]?.how.overhead ?? { ours: { cpu: 0 }, wall: 0 };
  return wall > 0 ? ours.cpu / wall : 0;
};

type Rows = Seen['rows'];

/** The usual size of a page; questions have converted pages to bytes by the host's own. */
const PAGE = 4096;

/** Number of CPUs and memory of the host, read from the answers. */
const shapeOf = (rows: Rows): HostShape => {
  const cpus = new Set(rows('cpu-utilization').map(({ cpu }) => cpu)); // each CPU, and "all"
  const total = rows('memory').at(-1)?.total;
  return { cpus: Math.max(1, cpus.size - 1), memory: typeof total === 'number' ? total : 0, pageSize: PAGE };
};

const rowsBy = (method: Method, captured: Captured): Rows => {
  const rows = new Map<QuestionName, readonly unknown[]>();
  for (const [key, question] of Object.entries(questionsOf(method))) {
    const answer = captured[key];
    if (answer !== undefined) rows.set(question, answer.rows());
  }
  return <Name extends QuestionName>(question: Name) => (rows.get(question) ?? []) as readonly RowOf<Name>[];
};

/** Judges one host by the rows of its answers. */
export const judge = (method: Method, captured: Captured): JudgedCapture => {
  checkComplete(method, captured);
  const rows = rowsBy(method, captured);
  const seen: Seen = { host: shapeOf(rows), rows, ours: oursOf(captured) };
  const cut = Object.values(captured).find(({ how }) => how.cut !== undefined)?.how.cut;
  const steps = stepsOf(method).flatMap((step) => {
    const answer = captured[step.key];
    if (answer === undefined) return [];
    const verdict = step.judge(rows(step.question), seen);
    return [{ ...withCoverage(step, verdict, coverageOf(captured, step), cut), answer }];
  });
  return { steps, conclusion: conclude(steps, cut) };
};
