import { answerFrom } from '../answer/answer.ts';
import type { Answer, FindingRow, Findings as Described, How, View } from '../api.ts';
import type { ColumnDoc } from '../columns/column.ts';
import { growTable } from '../columns/grow.ts';
import { FridayError } from '../errors.ts';
import { DISPLAY, type Shown } from '../views/view.ts';
import { figureOf } from './figure.ts';
import { judge, type JudgedCapture, type Method, questionsOf } from './judge.ts';
import type { Captured } from './step.ts';
import { bySeverity, type Concluded } from './verdict.ts';

/** What a method found: an answer with a row for each step, worst first, and what they say together. */
export type Findings = Described & Shown & { readonly say: string; readonly steps: readonly Concluded[] };

const DOCS: Readonly<Record<keyof FindingRow, ColumnDoc>> = {
  step: { unit: '', doc: 'The command.', key: true },
  component: { unit: '', doc: 'The resource.' },
  verdict: { unit: '', doc: 'suspect, cleared, not checked, or undecided.', role: 'verdict' },
  say: { unit: '', doc: 'What was seen on this host.', title: 'finding' },
  threshold: { unit: '', doc: 'The rule that was applied.', role: 'hover' },
  culprit: { unit: '', doc: 'The process, cgroup, device, interface or CPU that the verdict names.', role: 'below' },
  next: { unit: '', doc: 'Where to look next; empty where the step is cleared.', role: 'below' },
  fix: { unit: '', doc: 'What you can do about it; we only print it.', role: 'below' },
};

/** The rows of a verdict's table that are drawn. */
const SHOWN = 20;

const answerOf = ({ question }: Method, { steps, conclusion }: JudgedCapture, how: How): Answer<FindingRow> => {
  const rows = growTable(DOCS);
  for (const { step, component, verdict, say, culprit, next, fix } of bySeverity(steps)) {
    const { command, threshold } = step;
    rows.push({ step: command, component, verdict, say, threshold, culprit, next, fix });
  }
  return answerFrom<FindingRow>(
    rows.table(),
    { ...how, question, as: question, seen: steps.length },
    { say: conclusion.say },
  );
};

const findStep = ({ steps }: JudgedCapture, key: string): JudgedCapture['steps'][number] => {
  const found = steps.find(({ step }) => step.key === key);
  if (found !== undefined) return found;
  const keys = steps.map(({ step }) => step.key).join(', ');
  throw new FridayError('usage', `step: expected one of ${keys}, got ${JSON.stringify(key)}`, {
    next: 'Name one of these.',
  });
};

/** What a method finds in a capture. Reads nothing from the host. */
const findingsOf = (method: Method, captured: Captured): Findings => {
  const seen = judge(method, captured);
  const how = seen.steps[0]?.answer.how;
  if (how === undefined)
    throw new FridayError('usage', `${method.name}: nothing to judge`, { next: `Ask first: ${method.call}.` });
  const answer = answerOf(method, seen, how);
  const { say, ...found } = seen.conclusion;
  const conclusion = (): View => answer.show({ rows: SHOWN }).caption(say);
  return Object.assign(answer, {
    ...found,
    steps: seen.steps,
    step: (key: string) => figureOf(findStep(seen, key)),
    conclusion,
    caption: (text: string) => conclusion().caption(text),
    save: (file: string) => conclusion().save(file),
    [DISPLAY]: () => (conclusion() as Shown)[DISPLAY](),
  });
};

/** Makes a method from its description: a function of a capture, and the questions that the capture must answer. */
export const defineMethod = (
  method: Method,
): ((captured: Captured) => Findings) & { readonly questions: Readonly<Record<string, string>> } =>
  Object.assign((captured: Captured) => findingsOf(method, captured), { questions: questionsOf(method) });
