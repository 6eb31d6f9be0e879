import type { CheckRow } from '../../api.ts';
import type { Asked } from '../names.ts';

/** What one source can give, or gave, on one host. */
export interface Part {
  readonly source: string;
  readonly tool: string;
  readonly verdict: CheckRow['verdict'];
  /** What it does not show, or why it shows nothing; '' if it shows everything. */
  readonly cannotSee: string;
  readonly fix: string;
}

const unique = (texts: readonly string[]): string => [...new Set(texts.filter((text) => text !== ''))].join('; ');

/** Combines the verdicts of a question's sources: one that is missing makes the question partly answered. */
const together = (parts: readonly Part[]): CheckRow['verdict'] => {
  const verdicts = new Set(parts.map(({ verdict }) => verdict));
  const [only] = verdicts;
  if (verdicts.size <= 1) return only ?? 'no';
  if (verdicts.has('yes') || verdicts.has('partly')) return 'partly';
  return 'not allowed';
};

/** One row: the verdict on a question or source, from its sources. */
export const rowFor = (
  name: string,
  asked: Asked,
  parts: readonly Part[],
  { costs, known }: Pick<CheckRow, 'costs' | 'known'>,
): Omit<CheckRow, 'host'> => ({
  about: 'question',
  question: name,
  tool: unique(parts.map(({ tool }) => tool)),
  verdict: together(parts),
  cannotSee: unique(
    parts.map(({ source, cannotSee }) =>
      cannotSee === '' || asked.kind === 'source' ? cannotSee : `${source}: ${cannotSee}`,
    ),
  ),
  costs,
  fix: unique(parts.map(({ fix }) => fix)),
  known,
});
