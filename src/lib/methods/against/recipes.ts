import type { ColumnDoc } from '../../columns/column.ts';
import { isOurs } from '../../our-processes.ts';
import type { AnswerColumn, QuestionName } from '../../questions/rows.ts';
import type { Recipe, Rows } from './series.ts';

/** Questions whose rows are not intervals: each row is a message, or the whole window. */
const NOT_COMPARED: readonly QuestionName[] = ['kernel-log', 'processes'];

/** Columns that repeat another one, or describe the time before the window. */
const LEFT_OUT: { readonly [Name in QuestionName]?: readonly AnswerColumn<Name>[] } = {
  'load-average': ['load5', 'load15'],
  'system-activity': ['user', 'system', 'idle', 'wait', 'steal', 'buffers'],
  'cpu-utilization': ['idle'],
  'process-activity': ['user', 'system', 'slices', 'childCpu', 'threads'],
  'network-interfaces': ['bytes', 'packets', 'lost'],
  memory: ['free'],
};

/** Any name may be asked about: sources are compared, too. */
const leftOut = (question: string): readonly string[] =>
  Object.entries(LEFT_OUT).find(([name]) => name === question)?.[1] ?? [];

/** Columns of processes and of CPUs that name what a row is about. */
const STARTED: AnswerColumn<'process-activity'> = 'started';
const PROCESS: AnswerColumn<'process-activity'> = 'name';
const CPU: AnswerColumn<'cpu-utilization'> = 'cpu';

/** Keys that have no meaning on another host or after a restart. */
const isLocal = (name: string, { ref }: ColumnDoc): boolean =>
  name === STARTED || ref === 'pid' || ref === 'tid' || ref === 'netns' || ref === 'cpu';

const isCompared = (question: string, name: string, { unit, key, span, clock }: ColumnDoc): boolean =>
  !key && !span && clock === undefined && unit !== '' && unit !== 'id' && !leftOut(question).includes(name);

/** How an answer is compared, derived from its columns; undefined if its rows are not intervals. */
export const recipeOf = (question: string, { rows, columns }: Rows): Recipe | undefined => {
  const docs = Object.entries(columns);
  if (NOT_COMPARED.some((name) => name === question) || !('t' in columns)) return undefined;
  const ofProcesses = docs.some(([, { key, ref }]) => key && ref === 'pid');
  const hasAll = rows.some((row) => row[CPU] === 'all');
  return {
    question,
    by: [
      ...docs.filter(([name, doc]) => doc.key && !isLocal(name, doc)).map(([name]) => name),
      ...(ofProcesses ? [PROCESS] : []),
    ],
    columns: docs.filter(([name, doc]) => isCompared(question, name, doc)).map(([name]) => name),
    adds: ofProcesses,
    absentIsZero: ofProcesses,
    where: (row) => !isOurs(row) && (!hasAll || row[CPU] === 'all'),
  };
};
