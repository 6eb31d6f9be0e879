import type { PlanRow } from '../../api.ts';

/** One step; what does not apply to it is empty. */
export type Step = Omit<PlanRow, 'host'>;

export const NOTHING = 'nothing';

export const stepFor = (question: string, step: Step['step'], more: Partial<Step>): Step => ({
  question,
  step,
  tool: '',
  command: '',
  right: '',
  overhead: '',
  stays: '',
  why: '',
  ...more,
});
