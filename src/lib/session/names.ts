import { unknownName } from '../answer/names.ts';
import { questions } from '../questions/list.ts';
import type { Question } from '../questions/question.ts';
import { sources } from '../sources/list.ts';
import type { Source } from '../sources/source.ts';

/** A name refers to a question or to a source. */
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

/** All names that can be asked, in the order of the lists. */
export const names = (): readonly string[] => [...byName.keys()];

/** The names of the questions. */
export const questionNames = (): readonly string[] => questions.map(({ name }) => name);

/** What `name` refers to; throws 'usage' with the nearest known name. */
export const askedFor = (name: string): Asked =>
  byName.get(name) ?? unknownName('ask', name, names(), 'All names: await host.check(), or fbf questions.');
