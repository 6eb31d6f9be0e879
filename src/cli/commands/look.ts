import { FridayError } from '../../lib/errors.ts';
import { connect, onProgress, type Pending, sixtySeconds } from '../../lib/index.ts';
import type { Minute } from '../../lib/methods/sixty-seconds/method.ts';
import { askThrough } from '../../lib/session/asking.ts';
import { parsed, secondsOption } from '../arguments.ts';
import { screen } from '../screen.ts';
import { terminalPrompt } from '../terminal.ts';
import type { Command } from '../command.ts';

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, {
    seconds: { type: 'string', default: '60' },
    sudo: { type: 'boolean', default: false },
  });
  const [url, ...rest] = positionals;
  const seconds = secondsOption('look', 'seconds', values.seconds);
  if (url === undefined || rest.length > 0) {
    throw new FridayError('usage', `fbf look: expected one host, got ${positionals.length}`, { next: command.usage });
  }
  const terminal = process.stderr.isTTY;
  if (terminal) onProgress((line) => process.stderr.write(`\r\u001b[K${line.split('\n')[0] ?? ''}`));
  askThrough(terminalPrompt());
  const host = await connect(url, values.sudo ? { allow: ['sudo'] } : {});
  // The names are checked against the built declarations in cells; from source they are a plain record.
  const asked = host.ask(sixtySeconds.questions as never, { seconds }) as unknown as Pending<Minute>;
  const stop = (): void => void asked.stop();
  process.once('SIGINT', stop);
  try {
    const minute = await asked;
    if (terminal) process.stderr.write('\r\u001b[K');
    process.stdout.write(`${screen(sixtySeconds(minute), minute)}\n`);
    return 0;
  } finally {
    process.removeListener('SIGINT', stop);
    await host.close();
  }
};

/** The first sixty seconds on one screen. */
export const command: Command = {
  summary: 'sixty seconds of a host on one screen, with a verdict and the recording that the notebook opens',
  usage: `fbf look HOST [--seconds N] [--sudo]

HOST: local:, ssh://[user@]host[:port], an alias of ~/.ssh/config, or recording:DIR. Ctrl-C ends it early; what was
recorded until then is judged, and marked as cut.`,
  run,
};
