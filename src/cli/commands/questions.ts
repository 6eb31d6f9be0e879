import type { CheckRow } from '../../lib/api.ts';
import { FridayError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';
import { questions } from '../../lib/questions/list.ts';
import type { Question } from '../../lib/questions/question.ts';
import { parsed } from '../arguments.ts';
import { withHost } from '../capture.ts';
import type { Command } from '../command.ts';
import { print } from '../print.ts';
import { wrapped } from '../screen.ts';

const OPTIONS = {
  host: { type: 'string' },
  json: { type: 'boolean', default: false },
  sudo: { type: 'boolean', default: false },
} as const;

/** The tools by which a question can be answered, best first. */
const toolsOf = ({ ways = [], sources }: Question): readonly string[] => [
  ...ways.map(({ tool }) => tool),
  ...(sources.length > 0 ? ['/proc'] : []),
];

const INDENT = 22;

/** A host's own line on one way: what it says is text of a host. */
const verdictLine = ({ verdict, tool, cannotSee, fix }: CheckRow): string => {
  const first = verdict === 'yes' ? '' : [cannotSee, fix && `fix: ${fix}`].filter((part) => part !== '').join('; ');
  const said = `${verdict.padEnd(12)}${printable(tool)}${first === '' ? '' : `: ${printable(first, 500)}`}`;
  return `${' '.repeat(INDENT)}${wrapped(said, INDENT + 12)}`;
};

const questionLines = (question: Question, rows: readonly CheckRow[] | undefined): readonly string[] => {
  const { name, aliases, doc } = question;
  const also = aliases.length === 0 ? '' : ` Also: ${aliases.join(', ')}.`;
  const by = rows === undefined ? ` By ${toolsOf(question).join(', else ')}.` : '';
  return [
    `${name.padEnd(INDENT - 1)} ${wrapped(`${doc}${also}${by}`, INDENT)}`,
    ...(rows ?? []).filter((row) => row.question === name).map(verdictLine),
  ];
};

const listed = (question: Question, rows: readonly CheckRow[] | undefined) => ({
  name: question.name,
  aliases: question.aliases,
  doc: question.doc,
  ways: toolsOf(question),
  ...(rows === undefined ? {} : { host: rows.filter((row) => row.question === question.name) }),
});

const checked = (url: string | undefined, sudo: boolean): Promise<readonly CheckRow[] | undefined> =>
  url === undefined
    ? Promise.resolve(undefined)
    : withHost(url, sudo, async (host) => (await host.check()).rows() as readonly CheckRow[]);

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, OPTIONS);
  if (positionals.length > 0)
    throw new FridayError('usage', `fbf questions: expected no name, got ${JSON.stringify(positionals[0])}`, {
      next: `One question in full: fbf sources ${positionals[0] ?? ''}; on a host: fbf questions --host HOST`,
    });
  const rows = await checked(values.host, values.sudo);
  const text = (): string => questions.flatMap((question) => questionLines(question, rows)).join('\n');
  const json = (): string =>
    JSON.stringify(
      questions.map((question) => listed(question, rows)),
      null,
      1,
    );
  await print(`${values.json ? json() : text()}\n`);
  return 0;
};

/** Lists the questions. */
export const command: Command = {
  summary: 'list the questions that fbf ask answers; with --host, by which tool that host can answer each',
  usage: `fbf questions [--host HOST] [--sudo] [--json]

Lists each question: its name, the commands that answer it elsewhere (also names), what it says, and the tools that can
answer it, best first. fbf sources QUESTION has its columns and units.

  --host HOST  a line for each tool: yes, partly, no or not allowed on this host, why, and what fixes it. Changes
               nothing there; fbf check HOST says more
  --sudo       what it could answer with sudo
  --json       the same as JSON`,
  run,
};
