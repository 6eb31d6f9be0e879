import type { AskOptions, OwnCall } from '../../lib/api.ts';
import { FridayError } from '../../lib/errors.ts';
import { parsed } from '../arguments.ts';
import { ASKING, ASKING_USAGE, askOptions, hostAndQuestions, targetOf } from '../ask-options.ts';
import { withHost } from '../capture.ts';
import type { Command } from '../command.ts';
import { OWN, OWN_USAGE, ownCall, splitWords } from '../own-call.ts';
import { planScreen } from '../plan-screen.ts';
import { print } from '../print.ts';

const OPTIONS = { ...ASKING, ...OWN, json: { type: 'boolean', default: false } } as const;

interface Planned {
  readonly url: string;
  readonly asked: OwnCall | Readonly<Record<string, string>>;
  readonly options: AskOptions;
}

type Values = ReturnType<typeof parsed<typeof OPTIONS>>['values'];

const ofQuestions = (values: Values, positionals: readonly string[]): Planned => {
  const [url, ...names] = hostAndQuestions('plan', positionals);
  return {
    url,
    asked: Object.fromEntries(names.map((name) => [name, name])),
    options: askOptions('plan', values, names),
  };
};

const ofOwn = (values: Values, [url, ...names]: readonly string[], asked: OwnCall): Planned => {
  if (url === undefined || names.length > 0)
    throw new FridayError('usage', `fbf plan: expected a host and one program of your own, got ${names.length === 0 ? 'no host' : JSON.stringify(names[0])}`, { next: 'fbf plan local: --run -- ss -tan; all options: fbf help plan' }); // prettier-ignore
  const { pid: _pid, name: _name, ...others } = values;
  return { url, asked, options: askOptions('plan', others, []) };
};

const run = async (args: readonly string[]): Promise<number> => {
  const [before, words] = splitWords(args);
  const { values, positionals } = parsed(before, OPTIONS);
  const own = await ownCall('plan', values, { words, target: targetOf('plan', values) });
  const { url, asked, options } = own === undefined ? ofQuestions(values, positionals) : ofOwn(values, positionals, own); // prettier-ignore
  return withHost(url, values.sudo, async (host) => {
    // Names are checked at run time here: when run from source, the type of names is a plain record.
    const found = await host.plan(asked as never, options);
    const rows = found.rows();
    await print(values.json ? `${JSON.stringify(rows, null, 1)}\n` : `${planScreen(found.say, rows)}\n`);
    return 0;
  });
};

/** Lists what an ask would do. */
export const command: Command = {
  summary: 'list what an ask would read and run on a host, as whom and at what cost; do none of it',
  usage: `fbf plan HOST QUESTION... [the options of fbf ask] [--json]
fbf plan HOST --bpftrace FILE | --ftrace EVENT[,EVENT]... | --perf -- WORD... | --run -- WORD...

For a change ticket: each program as one would type it and each file that is read, as which user, how often, its limits,
what stays on the host (nothing) and what is written here; which program runs if the first does not start, and which are
skipped, why, and what would help. It only connects. HOST: as of fbf ask; several questions share one window.

${ASKING_USAGE}
  --json            the steps as JSON

Programs of your own, one at a time, with --seconds, --max-bytes and --sudo:
${OWN_USAGE}`,
  run,
};
