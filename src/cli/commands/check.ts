import { FridayError } from '../../lib/errors.ts';
import { connect } from '../../lib/index.ts';
import { printable } from '../../lib/printable.ts';
import type { CheckRow, Name } from '../../lib/api.ts';
import { promptThrough } from '../../lib/session/prompt.ts';
import { terminalPrompt } from '../terminal.ts';
import { parsed } from '../arguments.ts';
import type { Command } from '../command.ts';

const OPTIONS = {
  for: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  sudo: { type: 'boolean', default: false },
} as const;

const MARKS: Readonly<Record<CheckRow['verdict'], string>> = {
  yes: 'ok',
  partly: '~ ',
  no: '- ',
  'not allowed': '! ',
};

const lines = ({ question, verdict, tool, cannotSee, costs, fix }: CheckRow): readonly string[] => [
  `${MARKS[verdict]} ${question.padEnd(20)} ${verdict.padEnd(12)} ${tool}`,
  ...(costs === '' ? [] : [`     costs: ${printable(costs, 300)}`]),
  ...(cannotSee === '' ? [] : [`     cannot see: ${printable(cannotSee, 600)}`]),
  ...(fix === '' ? [] : [`     fix: ${printable(fix, 300)}`]),
];

/** The result of a check, as text for a terminal: one block per host. */
const checkText = (say: string, rows: readonly CheckRow[]): string => {
  const hosts = [...new Set(rows.map(({ host }) => host))];
  const block = (host: string): readonly string[] => [
    `${printable(host)}:`,
    ...rows.filter((row) => row.host === host).flatMap(lines),
  ];
  return [...hosts.flatMap(block), `${printable(say)}.`].join('\n');
};

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, OPTIONS);
  if (positionals.length === 0) throw new FridayError('usage', 'fbf check: expected a host', { next: command.usage });
  promptThrough(terminalPrompt());
  const host = await connect(positionals, values.sudo ? { allow: ['sudo'] } : {});
  try {
    // Names are checked at run time here: when run from source, the type of names is a plain record.
    const found = await host.check(values.for === undefined ? {} : { for: values.for as Name[] });
    const rows = found.rows();
    process.stdout.write(`${values.json ? JSON.stringify(rows, null, 1) : checkText(found.say, rows)}\n`);
    return 0;
  } finally {
    await host.close();
  }
};

/** Lists which questions a host can answer. */
export const command: Command = {
  summary: 'which questions a host can answer, by which tool, what it cannot see, and how to fix the rest',
  usage: `fbf check HOST... [--for NAME]... [--sudo] [--json]

For each question (or each NAME, also of a source): whether the host can answer it, by which tool, what that cannot see,
what it reads, and how to fix what is missing. Nothing is installed or changed; sudo, if installed, logs that it was tried.
HOST: local:, ssh://[user@]host[:port], an alias of ~/.ssh/config, or recording:DIR.`,
  run,
};
