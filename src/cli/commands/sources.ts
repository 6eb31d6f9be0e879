import { unknownName } from '../../lib/answer/names.ts';
import type { ColumnDoc } from '../../lib/columns/column.ts';
import { questions } from '../../lib/questions/list.ts';
import type { Question } from '../../lib/questions/question.ts';
import { fileDecoders } from '../../lib/sources/decoders.ts';
import { sources } from '../../lib/sources/list.ts';
import { parsed } from '../arguments.ts';
import { columnsPage, type Listed } from '../columns-page.ts';
import type { Command } from '../command.ts';
import { facts, questionsPage } from '../questions-page.ts';

/** All sources and decoders, in the order of their lists. */
export const listed = (): readonly Listed[] => [
  ...sources.map(({ name, doc, from, recipe, columns }) => {
    return { name, doc, from, reads: [...recipe.read, ...(recipe.links ?? [])], columns };
  }),
  ...fileDecoders.map(({ name, doc, from, columns }) => ({ name, doc, from, reads: [], columns })),
];

const withColumns = <T extends { readonly columns: Readonly<Record<string, ColumnDoc>> }>({ columns, ...rest }: T) => ({
  ...rest,
  columns: Object.entries(columns).map(([name, column]) => ({ name, ...column })),
});

const columnLines = (columns: Readonly<Record<string, ColumnDoc>>): readonly string[] => {
  const width = Math.max(...Object.keys(columns).map((column) => column.length));
  return Object.entries(columns).map(([column, { unit, doc: meaning, key, counter }]) => {
    const marks = [key && 'key', counter && 'counter'].filter(Boolean).join(' ');
    return `  ${column.padEnd(width)}  ${(unit === '' ? 'text' : unit).padEnd(8)} ${marks.padEnd(8)} ${meaning}`;
  });
};

const sourceText = ({ name, doc, from, reads, columns }: Listed): string =>
  [`${name}: ${doc}`, `  ${[...reads, from].join('  ')}`, ...columnLines(columns), ''].join('\n');

const questionText = (question: Question): string =>
  [
    `${question.name}: ${question.doc}`,
    ...facts(question).map(([what = '', say = '']) => `  ${`${what}:`.padEnd(15)} ${say}`),
    ...columnLines(question.columns),
    '',
  ].join('\n');

/** The questions and sources that the command line names, or all of them. */
const chosen = (wanted: readonly string[]) => {
  const every = { asked: questions, read: listed() };
  const known = [
    ...every.asked.flatMap(({ name, aliases }) => [name, ...aliases]),
    ...every.read.map(({ name }) => name),
  ];
  for (const name of wanted) if (!known.includes(name)) unknownName('fbf sources', name, known);
  if (wanted.length === 0) return every;
  return {
    asked: every.asked.filter(({ name, aliases }) => [name, ...aliases].some((each) => wanted.includes(each))),
    read: every.read.filter(({ name }) => wanted.includes(name)),
  };
};

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, {
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    questions: { type: 'boolean', default: false },
  });
  const { asked, read } = chosen(positionals);
  const only = values.questions ? [] : read;
  const page = (): string => (values.questions || only.length === 0 ? questionsPage(asked) : columnsPage(only));
  const json = (): string => `${JSON.stringify([...asked, ...only].map(withColumns), null, 1)}\n`;
  const text = (): string => `${[...asked.map(questionText), ...only.map(sourceText)].join('\n')}\n`;
  process.stdout.write(values.json ? json() : values.markdown ? page() : text());
  return Promise.resolve(0);
};

/** Lists questions and sources, their columns and units. */
export const command: Command = {
  summary: 'list the questions and sources, with their columns and units',
  usage: `fbf sources [NAME...] [--questions] [--json|--markdown]

Lists every question that can be asked of a host (by its name, disk-activity, or by the command that answers it
elsewhere, iostat), every source that can be recorded, and every tool output that can be decoded: what it reads, what it
cannot see, and its columns: unit, meaning, whether the column identifies a series (key) or only grows (counter).

  NAME         only these; aliases of questions work too: fbf sources iostat
  --questions  questions only
  --json       the same as JSON
  --markdown   the page docs/columns.md; with --questions docs/questions.md`,
  run,
};
