import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, tableOf } from '../../lib/answer/answer.ts';
import { csvOf, jsonOf } from '../../lib/columns/text-edge.ts';
import { FridayError } from '../../lib/errors.ts';
import type { Host, Pending } from '../../lib/index.ts';
import { printable } from '../../lib/printable.ts';
import { answerScreen } from '../answer-screen.ts';
import { parsed } from '../arguments.ts';
import { ASKING, ASKING_USAGE, askOptions, hostAndQuestions } from '../ask-options.ts';
import { captured, withHost } from '../capture.ts';
import type { Command } from '../command.ts';
import { print } from '../print.ts';
import { visible } from '../visible.ts';

const OPTIONS = {
  ...ASKING,
  json: { type: 'boolean', default: false },
  csv: { type: 'boolean', default: false },
  out: { type: 'string' },
} as const;

const wrong = (message: string): FridayError =>
  new FridayError('usage', `fbf ask: ${message}`, { next: 'fbf ask --help' });

/** The rows alone on standard output, for the next program; the sentence on standard error. */
const printRows = async (answer: Answer, pieces: Iterable<string>): Promise<void> => {
  const terminal = process.stdout.isTTY;
  for (const piece of pieces) await print(terminal ? visible(piece) : piece);
  process.stderr.write(`${answer.say}\nRecording: ${printable(answer.how.recording)}\n`);
};

/** Writes the rows beside their recording; returns the paths. */
const save = async (answer: Answer, out: string | undefined): Promise<readonly string[]> => {
  if (out === undefined) return [];
  const files = ['answer.arrow', 'answer.csv'].map((name) => join(out, name));
  for (const file of files) await answer.write(file);
  return files;
};

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, OPTIONS);
  const { json, csv, out } = values;
  if (json && csv) throw wrong('expected --json or --csv, got both');
  const [url, name, ...more] = hostAndQuestions('ask', positionals);
  if (name === undefined || more.length > 0)
    throw wrong(`expected one question, got ${String(more.length + 1)}: ${[name, ...more].join(', ')}`);
  const options = askOptions('ask', values, [name]);
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    process.env['FBF_RECORDINGS'] ??= join(out, 'recordings');
  }
  // Names are checked at run time here: when run from source, the type of names is a plain record.
  const ask = (host: Host) => host.ask(name as never, options) as unknown as Pending<Answer>;
  return withHost(url, values.sudo, async (host) => {
    const [answer] = await captured(() => [ask(host)]);
    if (answer === undefined) return 1;
    const files = await save(answer, out);
    if (json) await printRows(answer, jsonOf(tableOf(answer)));
    else if (csv) await printRows(answer, csvOf(tableOf(answer)));
    else await print(`${await answerScreen(answer)}\n`);
    for (const file of files) (json || csv ? process.stderr : process.stdout).write(`Rows: ${file}\n`);
    return 0;
  });
};

/** Asks a host one question. */
export const command: Command = {
  summary: 'ask a host one question: print the answer and its limits, or its rows as JSON or CSV',
  usage: `fbf ask HOST QUESTION [--seconds N] [--hz N] [--pid P]... [--name NAME] [--tool TOOL] [--need DETAIL]
           [--max-cpu SHARE] [--max-memory SIZE] [--max-bytes SIZE] [--sudo] [--json|--csv] [--out DIR]

Captures for N seconds and prints the answer: a sentence, the first rows in their units (of stacks: the heaviest
functions), how it was captured and at what cost, what it cannot see, and the path of the recording. Ctrl-C ends the
capture early: what was captured until then is the answer, and says so. QUESTION is a name, or the command that answers
it elsewhere (iostat); fbf questions lists them.
HOST: local:, ssh://[user@]host[:port], an alias of ~/.ssh/config, or recording:DIR.

${ASKING_USAGE}
  --json, --csv     all rows on standard output, in base units (s, B); the sentence goes to standard error
  --out DIR         write DIR/answer.arrow (with units and provenance: openAnswer, pandas, polars read it) and
                    DIR/answer.csv; the recording goes to DIR/recordings`,
  run,
};
