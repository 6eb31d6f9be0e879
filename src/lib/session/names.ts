import { FridayError } from '../errors.ts';
import { questions } from '../questions/list.ts';
import type { Question } from '../questions/question.ts';
import { sources } from '../sources/list.ts';
import type { Source } from '../sources/source.ts';

/** What a name stands for: a question, or a source as it is. */
export type Asked =
  | { readonly kind: 'question'; readonly question: Question; readonly sources: readonly string[] }
  | { readonly kind: 'source'; readonly source: Source; readonly sources: readonly string[] };

const byName = new Map<string, Asked>([
  ...sources.map((source) => [source.name, { kind: 'source', source, sources: [source.name] }] as const),
  ...questions.flatMap((question) =>
    [question.name, ...question.aliases].map(
      (name) => [name, { kind: 'question', question, sources: question.sources }] as const,
    ),
  ),
]);

/** Letters that differ, counted roughly: enough to guess what was meant. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** Every name that can be asked, in the order of the lists. */
export const names = (): readonly string[] => [...byName.keys()];

/** What `name` stands for; throws 'usage' with the nearest known name. */
export const askedFor = (name: string): Asked => {
  const found = byName.get(name);
  if (found !== undefined) return found;
  const [nearest] = [...byName.keys()].sort((a, b) => distance(name, a) - distance(name, b));
  throw new FridayError('usage', `ask: no question or source is called ${JSON.stringify(name)}`, {
    next: `Did you mean ${JSON.stringify(nearest)}? All names: ${[...byName.keys()].join(', ')}.`,
  });
};

/** The source of that name. */
export const sourceNamed = (name: string): Source => {
  const source = sources.find((each) => each.name === name);
  if (source !== undefined) return source;
  throw new FridayError('internal', `no source is called ${name}`, { next: 'Report this: a question names it.' });
};
