import type { Prepared } from './check-cell.ts';
import type { Entry } from './entry.ts';
import type { Completion } from './language.ts';
import { livePosition } from './live-positions.ts';
import { namesInScope } from './scope-names.ts';
import type { Project } from './project.ts';
import { wordAt } from './word.ts';

type Reply = { readonly entries: readonly Entry[] } | null;

interface Options {
  readonly prepare: (text: string, project: Project) => Promise<Prepared>;
  readonly live: (ask: {
    readonly kind: string;
    readonly prefix: string;
  }) => Promise<readonly { readonly value: string; readonly doc: string }[]>;
}

/** Kinds of the language server protocol -> the types for which JupyterLab has icons. */
const TYPES: readonly string[] = [
  'text',
  'text',
  'method',
  'function',
  'function',
  'field',
  'variable',
  'class',
  'interface',
  'module',
  'property',
  'unit',
  'value',
  'enum',
  'keyword',
  'snippet',
  'color',
  'file',
  'reference',
  'folder',
  'enum',
  'constant',
  'class',
  'event',
  'operator',
  'type parameter',
];

/** How many matches get a signature: more than a completer shows at once. */
const SIGNED = 40;

/** Rank: starts with the word, starts with it ignoring case, contains it. */
const rankOf = (name: string, word: string): number => {
  if (word === '' || name.startsWith(word)) return 0;
  const lower = name.toLowerCase();
  if (lower.startsWith(word.toLowerCase())) return 1;
  return lower.includes(word.toLowerCase()) ? 2 : 3;
};

const sortEntries = (entries: readonly Entry[], word: string): Entry[] =>
  entries
    .map((entry) => ({ entry, rank: rankOf(entry.name, word) }))
    // JSDoc completions such as `@param x` contain a space and would not fit the word.
    .filter(({ rank, entry }) => rank < 3 && !(word !== '' && entry.name.includes(' ')))
    .sort((a, b) => a.rank - b.rank || compare(a.entry, b.entry))
    .map(({ entry }) => entry);

const collator = new Intl.Collator('en');

/** The compiler returns members in no fixed order. */
const compare = (a: Entry, b: Entry): number =>
  collator.compare(a.sortText ?? '', b.sortText ?? '') || collator.compare(a.name, b.name);

/** Completion of one text against the cells accepted so far. */
export const createCompleter =
  ({ prepare, live }: Options) =>
  async (project: Project, source: string, cursor: number): Promise<Completion> => {
    const place = livePosition(source, cursor);
    const [typed, names] = await Promise.all([
      complete(project, prepare, source, cursor),
      place ? live({ kind: place.kind, prefix: place.prefix }) : [],
    ]);
    if (!place || names.length === 0) return typed;
    const quote = place.quoted
      ? ''
      : place.kind === 'name' || names.some(({ value }) => !/^\d+$/.test(value))
        ? "'"
        : '';
    return {
      matches: names.map(({ value }) => `${quote}${value}${quote}`),
      start: place.start,
      end: place.end,
      types: names.map(({ doc, value }) => ({ type: 'value', signature: doc || value, doc })),
    };
  };

const complete = async (
  project: Project,
  prepare: Options['prepare'],
  source: string,
  cursor: number,
): Promise<Completion> => {
  const { start, end } = wordAt(source, cursor);
  const word = source.slice(start, end);
  await prepare(source, project);
  const params = { file: project.cellFile, position: cursor, includeSymbol: true };
  const members = await project.ask<Reply>('getCompletionsAtPosition', params).catch(() => undefined);
  const entries =
    members === undefined ? await namesInScope(project, prepare, source, start, end) : (members?.entries ?? []);
  const sorted = sortEntries(entries, word);
  const signatures = members ? await signaturesOf(project, sorted.slice(0, SIGNED)) : [];
  return {
    matches: sorted.map(({ name, insertText }) => insertText ?? name),
    start,
    end,
    types: sorted.map((entry, index) => ({
      type: TYPES[entry.kind ?? 0] ?? 'text',
      signature: signatures[index] ?? entry.detail ?? '',
    })),
  };
};

/** The types of the first matches, requested all at once. */
const signaturesOf = async (project: Project, entries: readonly Entry[]): Promise<(string | undefined)[]> => {
  const symbols = entries.flatMap(({ symbol }) => symbol?.id ?? []);
  if (symbols.length === 0) return [];
  const types = await project.ask<({ id: number } | null)[]>('getTypesOfSymbols', { symbols }).catch(() => []);
  const print = async (type: { id: number } | null): Promise<string | undefined> =>
    type ? project.ask<string>('typeToString', { type: type.id }).catch(() => undefined) : undefined;
  const texts = await Promise.all(types.map(print));
  let at = 0;
  return entries.map(({ symbol }) => (symbol ? texts[at++] : undefined));
};
