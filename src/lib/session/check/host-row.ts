import type { CheckRow } from '../../api.ts';

/** A row about the host itself, not about a question. */
export type HostRow = Omit<CheckRow, 'host'>;

/** A row about one thing of the host; what does not apply to it is empty. */
export const about = (question: string, more: Partial<HostRow> & Pick<HostRow, 'tool' | 'verdict'>): HostRow => ({
  about: 'host',
  question,
  cannotSee: '',
  costs: '',
  fix: '',
  known: 'read',
  ...more,
});
