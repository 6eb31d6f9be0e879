import { FridayError } from '../../lib/errors.ts';
import { connect } from '../../lib/index.ts';
import type { Answer, Name } from '../../lib/api.ts';
import { promptThrough } from '../../lib/session/prompt.ts';
import { terminalPrompt } from '../terminal.ts';
import { parsed } from '../arguments.ts';
import { targetOf } from '../ask-options.ts';
import { checkText, questionLines, targetLines } from '../check-screen.ts';
import type { Command } from '../command.ts';

const OPTIONS = {
  for: { type: 'string', multiple: true },
  pid: { type: 'string', multiple: true },
  name: { type: 'string' },
  json: { type: 'boolean' },
  sudo: { type: 'boolean', default: false },
  try: { type: 'boolean', default: false },
} as const;

const print = <R extends { readonly host: string }>(
  found: Answer<R>,
  json: boolean,
  lines: (row: R) => readonly string[],
): number => {
  const rows = found.rows() as unknown as readonly R[];
  process.stdout.write(`${json ? JSON.stringify(rows, null, 1) : checkText(found.say, rows, lines)}\n`);
  return 0;
};

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, OPTIONS);
  if (positionals.length === 0) throw new FridayError('usage', 'fbf check: expected a host', { next: command.usage });
  promptThrough(terminalPrompt());
  const host = await connect(positionals, values.sudo ? { allow: ['sudo'] } : {});
  try {
    const target = targetOf('check', values);
    if (target !== undefined) {
      const both = values.try ? { target, try: true } : { target };
      return print(await host.check(both), values.json === true, targetLines);
    }
    // Names are checked at run time here: when run from source, the type of names is a plain record.
    const named = values.for === undefined ? {} : { for: values.for as Name[] };
    const found = await host.check({ try: values.try, ...named });
    return print(found, values.json === true, questionLines);
  } finally {
    await host.close();
  }
};

/** Lists which questions a host can answer. */
export const command: Command = {
  summary: 'which questions a host can answer, by which tool, what it cannot see, and how to fix the rest',
  usage: `fbf check HOST... [--for NAME]... [--try] [--sudo] [--json]
fbf check HOST... --pid P... | --name NAME [--sudo] [--json]

For each question (or each NAME, also of a source): whether the host can answer it, by which tool, what that cannot see,
what it reads, and how to fix what is missing. Nothing is installed or changed; sudo, if installed, logs that it was tried.
Without --for also: whether programs of your own can run there (host.perf, host.bpftrace, host.ftrace), what of the host
limits captures, and which tracers other people run.
Whether a tool can attach is likely, by its presence and your rights; --try attaches each for a moment, ends it, and prints its
own words if it cannot.
With --pid or --name: whether a profile of these processes will have complete stacks and names: their runtime, whether
their code and their C library keep frame pointers, whether a perf map is there, and the flag that is missing.
HOST: local:, ssh://[user@]host[:port], an alias of ~/.ssh/config, or recording:DIR.`,
  run,
};
