import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { type Duration, inSeconds } from '../lib/duration.ts';
import { FridayError } from '../lib/errors.ts';

/** The error for an option with a wrong value: names the option and what it takes. */
export const wrongOption = (verb: string, option: string, expected: string, got: unknown): FridayError =>
  new FridayError('usage', `fbf ${verb}: --${option}: expected ${expected}, got ${JSON.stringify(got)}`, {
    next: `fbf ${verb} --help`,
  });

/** Joins `--seconds -5` to `--seconds=-5`: parseArgs would take -5 for an option, and its message would mislead. */
const joined = (args: readonly string[], options: ParseArgsOptionsConfig): string[] => {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [arg = '', next = ''] = [args[i], args[i + 1]];
    if (arg === '--') return [...out, ...args.slice(i)];
    const takesText = options[arg.replace(/^--/, '')]?.type === 'string';
    if (arg.startsWith('--') && takesText && /^-\d/.test(next)) {
      out.push(`${arg}=${next}`);
      i++;
    } else out.push(arg);
  }
  return out;
};

/** Options and positional arguments of a verb's command line; {@link failure} turns parse errors into messages. */
export const parsed = <const T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>> =>
  parseArgs({ args: joined(args, options), options, allowPositionals: true });

/** A time in seconds above 0, as `10`, `0.5`, `20ms` or `5min`. */
export const secondsOption = (verb: string, option: string, text: string): number => {
  const wrong = (): FridayError =>
    wrongOption(verb, option, 'seconds above 0, or a number with its unit (20ms, 5min)', text);
  if (text.trim() === '') throw wrong();
  const plain = Number(text);
  try {
    const seconds = inSeconds(Number.isNaN(plain) ? (text as Duration) : plain);
    if (seconds > 0) return seconds;
  } catch {
    // The error below names the option.
  }
  throw wrong();
};

/** One of a few words. */
export const oneOf = <T extends string>(verb: string, option: string, words: readonly T[], text: string): T => {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw wrongOption(verb, option, words.join(' or '), text);
};
