import { FridayError } from '../../lib/errors.ts';
import { type Host, type Pending, sixtySeconds } from '../../lib/index.ts';
import { compared } from '../../lib/methods/against/compare.ts';
import type { Captured } from '../../lib/methods/step.ts';
import { againstScreen } from '../against-screen.ts';
import { parsed, secondsOption } from '../arguments.ts';
import { captured, connectAll } from '../capture.ts';
import { screen } from '../screen.ts';
import type { Command } from '../command.ts';

const said = (urls: readonly string[], minutes: readonly Captured[]): string => {
  const [a = {}, b] = minutes;
  if (b === undefined) return screen(sixtySeconds(a), a);
  const side = (i: number, minute: Captured) => ({ url: urls[i] ?? '', minute });
  return againstScreen(side(0, a), side(1, b), compared(b, a));
};

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, {
    seconds: { type: 'string', default: '60' },
    sudo: { type: 'boolean', default: false },
    against: { type: 'string' },
  });
  const seconds = secondsOption('look', 'seconds', values.seconds);
  if (positionals.length !== 1) {
    throw new FridayError('usage', `fbf look: expected one host, got ${positionals.length}`, { next: command.usage });
  }
  const urls = [...positionals, ...(values.against === undefined ? [] : [values.against])];
  const hosts = await connectAll(urls, values.sudo);
  try {
    // Names are checked against the built declarations in cells; when run from source they are a plain record.
    const ask = (host: Host) => host.ask(sixtySeconds.questions as never, { seconds }) as unknown as Pending<Captured>;
    const minutes = await captured(() => hosts.map(ask));
    process.stdout.write(`${said(urls, minutes)}\n`);
    return 0;
  } finally {
    await Promise.all(hosts.map((host) => host.close()));
  }
};

/** Prints the first sixty seconds as one screen. */
export const command: Command = {
  summary: 'record a host for 60 s and print a verdict on one screen; or compare two hosts or recordings',
  usage: `fbf look HOST [--against OTHER] [--seconds N] [--sudo]

Records the host for N seconds and prints a line for each of ten commands, the verdict, the cost on the host, and the
path of the recording. Ctrl-C ends the recording early: the recorded part is judged, and marked as cut.

  HOST, OTHER      local:, ssh://[user@]host[:port], an alias of ~/.ssh/config, or recording:DIR
  --against OTHER  print what differs between HOST (A) and OTHER (B) instead: means over the window, with the largest
                   changes relative to their noise first. Live hosts are recorded at the same time
  --seconds N      default 60
  --sudo           use sudo on the host where root is needed`,
  run,
};
