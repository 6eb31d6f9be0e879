import { meant } from '../answer/names.ts';
import { FridayError } from '../errors.ts';

/** The options of each call, by name. */
export const LIMITS = ['maxCpu', 'maxBytes', 'allow'] as const;
export const ASK = ['seconds', 'hz', 'as', ...LIMITS] as const;
export const CHECK = ['for'] as const;
export const PROFILE = ['symbols', 'addresses', 'as'] as const;

const refuse = (message: string, next: string): never => {
  throw new FridayError('usage', message, { next });
};

/** Throws 'usage' for an option that a call does not have, and names the one that was likely meant. */
export const checkOptions = (call: string, options: unknown, known: readonly string[]): void => {
  if (typeof options !== 'object' || options === null)
    return refuse(`${call}: expected options such as { ${known[0] ?? ''}: ... }, got ${JSON.stringify(options)}`, 'Write them in braces.'); // prettier-ignore
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const likely = meant(unknown, known);
  const question = likely === undefined ? '' : `; did you mean ${likely}?`;
  return refuse(`${call}: unknown option ${unknown}${question}`, `It takes ${known.join(', ')}.`);
};

const SIZES: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** A size in bytes; throws 'usage' on anything that is none. */
export const inBytes = (text: string): number => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([KMG]?B)$/i.exec(text) ?? [];
  const found = Number(number) * (SIZES[(unit ?? '').toUpperCase()] ?? NaN);
  if (Number.isFinite(found)) return found;
  throw new FridayError('usage', `maxBytes: expected '500MB', got ${JSON.stringify(text)}`, {
    next: 'Give a number with its unit.',
  });
};
