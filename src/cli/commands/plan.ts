import { parsed } from '../arguments.ts';
import { ASKING, ASKING_USAGE, askOptions, hostAndQuestions } from '../ask-options.ts';
import { withHost } from '../capture.ts';
import type { Command } from '../command.ts';
import { planScreen } from '../plan-screen.ts';
import { print } from '../print.ts';

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, { ...ASKING, json: { type: 'boolean', default: false } });
  const [url, ...names] = hostAndQuestions('plan', positionals);
  const options = askOptions('plan', values, names);
  return withHost(url, values.sudo, async (host) => {
    const asked = Object.fromEntries(names.map((name) => [name, name]));
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

For a change ticket: each program as one would type it and each file that is read, as which user, how often, its limits,
what stays on the host (nothing) and what is written here; which program runs if the first does not start, and which are
skipped, why, and what would help. It only connects. HOST: as of fbf ask; several questions share one window.

${ASKING_USAGE}
  --json            the steps as JSON`,
  run,
};
