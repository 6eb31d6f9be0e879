import type { ColumnDoc } from '../lib/columns/column.ts';
import type { Question } from '../lib/questions/question.ts';
import type { Way } from '../lib/questions/way.ts';
import { columnRow } from './columns-page.ts';

const listOf = (texts: readonly string[], empty: string): string => (texts.length === 0 ? empty : texts.join('; '));

/** One way: the tool, its detail and what it cannot see. */
const wayFact = ({ tool, grain, cannotSee }: Way, i: number): readonly string[] => [
  i === 0 ? 'best by' : 'else by',
  `${tool} (${grain}); cannot see ${listOf(cannotSee, 'nothing known')}`,
];

/** The facts of a question other than its columns. */
export const facts = ({
  aliases,
  sources,
  grain,
  whyNotBetter,
  cannotSee,
  ways = [],
}: Question): readonly (readonly string[])[] => [
  ...(aliases.length === 0 ? [] : [['aliases', aliases.join(', ')]]),
  ...ways.map(wayFact),
  ...(sources.length === 0
    ? []
    : [
        ['sources', sources.join(', ')],
        ['detail', grain],
        ['why this tool', whyNotBetter],
        ['cannot see', listOf(cannotSee, 'nothing known')],
      ]),
];

const table = (columns: Readonly<Record<string, ColumnDoc>>): string =>
  ['| column | unit | | meaning |', '| --- | --- | --- | --- |', ...Object.entries(columns).map(columnRow)].join('\n');

const section = (question: Question): string =>
  [
    `## ${question.name}`,
    '',
    question.doc,
    '',
    ...facts(question).map(([what = '', say = '']) => `- ${what}: ${say}`),
    '',
    table(question.columns),
    '',
  ].join('\n');

const HEAD = `# Questions

Written by \`fbf sources --questions --markdown\`; each question declares this in \`src/lib/questions/\`. Ask one in a cell with
\`await host.ask('disk-activity', { seconds: 10 })\`, by its name or by that of the command that answers it elsewhere
(\`iostat\`). What it reads is described in [columns.md](columns.md).
`;

/** docs/questions.md: every question with its columns, its sources and what it cannot see. */
export const questionsPage = (all: readonly Question[]): string => [HEAD, ...all.map(section)].join('\n');
