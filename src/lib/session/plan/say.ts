import type { PlanRow } from '../../api.ts';

type Step = Pick<PlanRow, 'question' | 'step'>;

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;

/** The questions of which every way is skipped. */
const unanswered = (rows: readonly Step[]): readonly string[] => {
  const skipped = new Set(rows.filter(({ step }) => step === 'skip').map(({ question }) => question));
  const done = new Set(rows.filter(({ step }) => step !== 'skip').map(({ question }) => question));
  return [...skipped].filter((question) => !done.has(question));
};

/** That nothing answers, if so. */
const refusal = (rows: readonly Step[], isOwn: boolean): string => {
  const not = unanswered(rows);
  if (not.length === 0) return '';
  return isOwn ? '; it would be refused' : `; no tool there can answer ${not.join(', ')}: ask would refuse`;
};

/** 'iostat on web1 would read 2 sources and run 1 program; none of it was read or run'. */
export const sayPlan = (
  rows: readonly Step[],
  { asked, isOwn, hosts }: { readonly asked: readonly string[]; readonly isOwn: boolean; readonly hosts: string },
): string => {
  const count = (wanted: PlanRow['step']): number => rows.filter(({ step }) => step === wanted).length;
  const programs = count('run');
  const parts = [
    `read ${counted(count('read'), 'source')}`,
    ...(programs > 0 ? [`run ${counted(programs, 'program')}`] : []),
  ];
  return `${asked.join(', ')} on ${hosts} would ${parts.join(' and ')}${refusal(rows, isOwn)}. None of it was read or run`;
};
