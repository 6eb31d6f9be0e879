import { writeFile } from 'node:fs/promises';
import { type Answer, tableOf } from '../../lib/answer/answer.ts';
import { sayHow } from '../../lib/answer/say.ts';
import { FridayError } from '../../lib/errors.ts';
import type { Host, Pending } from '../../lib/index.ts';
import { printable } from '../../lib/printable.ts';
import { stackHealth } from '../../lib/stacks/health.ts';
import { sayHealth, sayProcesses } from '../../lib/stacks/health-say.ts';
import { profileOfRows } from '../../lib/stacks/kept-rows.ts';
import { drawProfile } from '../../lib/views/flamegraph.ts';
import { limits, listed } from '../answer-screen.ts';
import { parsed } from '../arguments.ts';
import { ASKING, ASKING_USAGE, askOptions } from '../ask-options.ts';
import { captured, withHost } from '../capture.ts';
import type { Command } from '../command.ts';
import { budgetFor, flameWriter } from '../flame-file.ts';
import { print } from '../print.ts';
import { wrapped } from '../screen.ts';
import { sayWaits } from '../waits.ts';

const OPTIONS = {
  ...ASKING,
  output: { type: 'string', short: 'o' },
  'off-cpu': { type: 'boolean', default: false },
} as const;

const empty = ({ how }: Answer): FridayError =>
  new FridayError(
    'missing',
    printable(`${how.as}: no samples in ${((how.to.getTime() - how.from.getTime()) / 1000).toFixed(0)} s. ${how.cannotSee.join('; ')}`, 1000), // prettier-ignore
    { next: `Its recording: ${how.recording}. What each tool lacks: fbf questions --host HOST` },
  );

/** Draws the answer into a file; returns what to print: the health of the stacks, the finding, provenance, files. */
const draw = async (answer: Answer, output: string): Promise<readonly string[]> => {
  const profile = profileOfRows(tableOf(answer));
  if (profile === undefined || answer.size === 0) throw empty(answer);
  const judged = stackHealth(profileOfRows(tableOf(answer), 'count') ?? profile);
  const [health, processes] = [sayHealth(judged), sayProcesses(judged)];
  const how = sayHow(answer.how);
  const title = `${answer.how.as} of ${printable(answer.how.host)}`;
  const drawn = drawProfile(profile, { warnings: health, how, title, ...budgetFor(output) });
  await writeFile(output, await flameWriter('profile', output)(drawn, {}));
  const cut = answer.how.cut === undefined ? '' : `${printable(answer.how.cut, 1000)} `;
  return [
    ...(health.length === 0 ? ['Stacks: all are complete and all frames have symbols.'] : listed('Stacks', health)),
    ...(processes.length === 0 ? [] : ['', ...listed('Processes', processes)]),
    '',
    wrapped(`${cut}${'state' in answer.columns ? sayWaits(answer) : drawn.head.say}`, 0),
    wrapped(how, 0),
    '',
    ...limits(answer),
    `Flame graph: ${output}`,
  ];
};

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, OPTIONS);
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0)
    throw new FridayError('usage', `fbf profile: expected one host, got ${String(positionals.length)}`, {
      next: 'fbf profile ssh://HOST -o cpu.html',
    });
  const question = values['off-cpu'] ? 'off-cpu' : 'cpu-profile';
  const { output = `${question}.html` } = values;
  flameWriter('profile', output);
  const options = askOptions('profile', values, [question]);
  // Names are checked at run time here: when run from source, the type of names is a plain record.
  const ask = (host: Host) => host.ask(question as never, options) as unknown as Pending<Answer>;
  return withHost(url, values.sudo, async (host) => {
    const [answer] = await captured(() => [ask(host)]);
    if (answer === undefined) return 1;
    for (const line of await draw(answer, output)) await print(`${line}\n`);
    return 0;
  });
};

/** Profiles a host and draws the flame graph. */
export const command: Command = {
  summary: 'profile a host: a flame graph of the code on its CPUs, or of what threads wait for',
  usage: `fbf profile HOST [-o FILE] [--off-cpu] [--seconds N] [--hz N] [--pid P]... [--name NAME] [--tool TOOL] [--sudo]

Captures with the best tool that the host has (perf, bpftrace), fetches symbols, and writes a flame graph. Prints first
whether the stacks can be trusted and what fixes them, then the finding, what the capture cost, and the path of the
recording, which opens with the same names on any machine: recording:DIR. Ctrl-C ends the capture early.
HOST: as of fbf ask.

  -o FILE           the format by the name's end: html (interactive, one file, offline), svg, png, json, txt;
                    default: cpu-profile.html or off-cpu.html
  --off-cpu         what threads wait for, instead of what runs
${ASKING_USAGE}`,
  run,
};
