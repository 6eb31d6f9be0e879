import { answerFrom, type Answer } from '../../answer/answer.ts';
import { ofAll } from '../../answer/say.ts';
import type { ChangeRow, Comparison as Described } from '../../api.ts';
import type { ColumnDoc } from '../../columns/column.ts';
import { growTable } from '../../columns/grow.ts';
import { FridayError } from '../../errors.ts';
import { printable } from '../../printable.ts';
import { formatValue } from '../../views/units.ts';
import { DISPLAY, type Shown } from '../../views/view.ts';
import type { Captured } from '../step.ts';
import { against, type Change, type Compared } from './against.ts';
import type { Rows } from './series.ts';

/** What differs between two captures, shown as a table. */
export type Comparison = Described & Shown & { readonly say: string };

const isAnswer = (given: Answer | Captured): given is Answer => 'how' in given && typeof given.rows === 'function';

const answersOf = (given: Answer | Captured): readonly Answer[] => (isAnswer(given) ? [given] : Object.values(given));

const rowsOf = (answers: readonly Answer[]): Readonly<Record<string, Rows>> =>
  Object.fromEntries(answers.map((answer) => [answer.how.question, { rows: answer.rows(), columns: answer.columns }]));

/** Two captures, compared by the questions that both answer. */
export const compared = (before: Captured, after: Captured): Compared =>
  against(rowsOf(Object.values(before)), rowsOf(Object.values(after)));

const NUMBER = { unit: '' } as const;

const DOCS: Readonly<Record<keyof ChangeRow, ColumnDoc>> = {
  question: { unit: '', key: true, doc: 'The question.' },
  name: { unit: '', key: true, doc: 'The process, device, interface or cgroup.' },
  column: { unit: '', key: true, doc: 'The column.' },
  unit: { unit: '', doc: 'The unit of the numbers of this row.' },
  before: { ...NUMBER, doc: 'Mean over the first window.' },
  after: { ...NUMBER, doc: 'Mean over the second window.' },
  change: { ...NUMBER, doc: 'after - before.' },
  low: { ...NUMBER, doc: 'The true change is at least this (99.9 %).' },
  high: { ...NUMBER, doc: 'The true change is at most this (99.9 %).' },
  score: { ...NUMBER, doc: 'The change divided by its noise.' },
};

const SHOWN: Readonly<Record<'what' | 'before' | 'after' | 'change' | 'noise', ColumnDoc>> = {
  what: { unit: '', key: true, doc: 'Question, series and column.', title: 'mean over the window' },
  before: { unit: '', doc: 'Mean over the first window.' },
  after: { unit: '', doc: 'Mean over the second window.' },
  change: { unit: '', doc: 'after - before.' },
  noise: { unit: '', doc: 'The true change is as far from the measured one at most (99.9 %).' },
};

/** A change in words: which column of which series. */
export const whatChanged = ({ question, name, column }: Change): string =>
  [question, name, column]
    .filter((part) => part !== '')
    .map((part) => printable(part, 40))
    .join(' ');

/** A change with its sign and its unit. */
export const signed = (value: number, unit: string): string =>
  `${value < 0 ? '-' : '+'}${formatValue(Math.abs(value), unit)}`;

const sayOf = ({ differ, same }: Compared): string => {
  const [first] = differ;
  const all = `${differ.length} of ${differ.length + same} figures`;
  if (first === undefined) return `Nothing differs by more than the noise (${same} figures compared).`;
  const { before = 0, after = 0, unit } = first;
  return (
    `${all} differ by more than the noise; most of all ${whatChanged(first)}: ` +
    `${formatValue(before, unit)} before, ${formatValue(after, unit)} after.`
  );
};

/** The changes as numbers, for code. */
const tableOf = ({ differ }: Compared): ReturnType<ReturnType<typeof growTable>['table']> => {
  const rows = growTable(DOCS);
  for (const change of differ) rows.push({ ...change });
  return rows.table();
};

/** The changes as people read them, each in its unit. */
const shownOf = ({ differ }: Compared): ReturnType<ReturnType<typeof growTable>['table']> => {
  const rows = growTable(SHOWN);
  for (const change of differ) {
    const { before = 0, after = 0, unit, high } = change;
    rows.push({
      what: whatChanged(change),
      before: formatValue(before, unit),
      after: formatValue(after, unit),
      change: signed(change.change, unit),
      noise: `± ${formatValue(high - change.change, unit)}`,
    });
  }
  return rows.table();
};

const nothingInCommon = (before: readonly Answer[], after: readonly Answer[]): FridayError => {
  const asked = (answers: readonly Answer[]): string =>
    [...new Set(answers.map(({ how }) => printable(how.question)))].join(', ') || 'nothing';
  return new FridayError(
    'usage',
    `compare: expected answers to the same question, got ${asked(before)} and ${asked(after)}`,
    {
      next: 'Ask both hosts the same, host.ask(sixtySeconds.questions) for example, then compare(before, after).',
    },
  );
};

/**
 * Compares two captures: every column of every series that both have, by its mean over the window, with a 99.9 % interval
 * of the difference. Reads nothing from a host.
 */
export const compare = (before: Answer | Captured, after: Answer | Captured): Comparison => {
  const [first, second] = [answersOf(before), answersOf(after)];
  const questions = new Set(first.map(({ how }) => how.question));
  const both = second.filter(({ how }) => questions.has(how.question));
  const [one] = both;
  if (one === undefined) throw nothingInCommon(first, second);
  const result = against(rowsOf(first), rowsOf(both));
  const how = ofAll(
    { ...one.how, question: 'compare', as: 'compare', seen: result.differ.length },
    [...both.slice(1), ...first].map((each) => each.how),
  );
  const say = sayOf(result);
  const table = answerFrom<ChangeRow>(tableOf(result), how, { say });
  const figure = answerFrom(shownOf(result), how, { say }).show({ rows: 20 }) as Shown;
  const { same, onlyBefore, onlyAfter } = result;
  return { ...figure, say: table.say, table, same, onlyBefore, onlyAfter, [DISPLAY]: figure[DISPLAY] };
};
