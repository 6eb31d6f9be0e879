import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { type Duration, inSeconds } from '../lib/duration.ts';
import { FridayError } from '../lib/errors.ts';

/** An option that was given wrongly: it is named, with what it takes. */
export const wrongOption = (verb: string, option: string, expected: string, got: unknown): FridayError =>
  new FridayError('usage', `fbf ${verb}: --${option}: expected ${expected}, got ${JSON.stringify(got)}`, {
    next: `fbf ${verb} --help`,
  });

/** Joins `--seconds -5` to `--seconds=-5`: parseArgs takes the number for an option, and its message names another problem. */
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

/** The options and the other words of a verb's command line; {@link failure} says what is wrong with it. */
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
    // Said below, with the option's name.
  }
  throw wrong();
};

/** One of a few words. */
export const oneOf = <T extends string>(verb: string, option: string, words: readonly T[], text: string): T => {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw wrongOption(verb, option, words.join(' or '), text);
};
