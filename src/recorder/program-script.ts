import { randomBytes } from 'node:crypto';
import type { Program } from '../lib/sources/program.ts';
import { quote } from '../lib/transport/quote.ts';

/**
 * POSIX sh text that becomes the program: it is executed in place, so that the supervisor's signals reach it. Its text
 * is sent as a here-document, which leaves no file on the host.
 */
export const programScript = ({ argv, input, env = {} }: Program): string => {
  const settings = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  const run = `${settings.join('')}exec ${argv.map(quote).join(' ')}`;
  if (input === undefined) return `${run}\n`;
  const end = `FBF_${randomBytes(8).toString('hex')}`;
  return `${run} <<'${end}'\n${input}${input.endsWith('\n') ? '' : '\n'}${end}\n`;
};
