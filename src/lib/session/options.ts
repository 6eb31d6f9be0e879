import { meant } from '../answer/names.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';

/** The options of each call, by name. */
export const LIMITS = ['maxCpu', 'maxMemory', 'maxBytes', 'allow'] as const;
export const ASK_OPTIONS = ['seconds', 'hz', 'as', 'tool', 'need', 'target', 'event', 'callgraph', ...LIMITS] as const;
/** Of programs of the caller's own. */
export const OWN_OPTIONS = ['seconds', ...LIMITS] as const;
export const RUN_OPTIONS = ['as', ...OWN_OPTIONS] as const;
export const CHECK_OPTIONS = ['for', 'try', 'target'] as const;
export const PROFILE_OPTIONS = ['symbols', 'addresses', 'as'] as const;

const refuse = (message: string, next: string): never => {
  throw new FridayError('usage', printable(message, 1000), { next });
};

/** Throws 'usage' for an unknown option of a call, and suggests the nearest one. */
export const checkOptions = (call: string, options: unknown, known: readonly string[]): void => {
  if (typeof options !== 'object' || options === null)
    return refuse(
      `${call}: expected options in braces, got ${JSON.stringify(options)}`,
      `Write { ${known[0] ?? ''}: ... }; it takes ${known.join(', ')}.`,
    );
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const likely = meant(unknown, known);
  const question = likely === undefined ? '' : `; did you mean ${likely}?`;
  return refuse(`${call}: unknown option ${unknown}${question}`, `It takes ${known.join(', ')}.`);
};

const RIGHTS = ['sudo', 'debugger'] as const;

/** What `allow` has; throws 'usage' for any other value. */
const allowedIn = (allow: unknown): readonly unknown[] => {
  const allowed: readonly unknown[] = Array.isArray(allow) ? allow : [allow];
  if (allowed.every((each) => RIGHTS.includes(each as (typeof RIGHTS)[number]))) return allowed;
  return refuse(
    `allow: expected ['sudo'] or ['debugger'], got ${JSON.stringify(allow)}`,
    "Write allow: ['sudo'], allow: ['sudo', 'debugger'], or leave it out.",
  );
};

/** Whether sudo may be used. */
export const withSudo = (allow: unknown = []): boolean => allowedIn(allow).includes('sudo');

/** Whether runtimes may be told to write what a profile needs. */
export const withDebugger = (allow: unknown = []): boolean => allowedIn(allow).includes('debugger');

const SIZES: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** A size in bytes; throws 'usage', naming the option, on anything else. */
export const inBytes = (option: 'maxBytes' | 'maxMemory' | 'buffer', text: unknown): number => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([KMG]?B)$/i.exec(String(text)) ?? [];
  const found = Number(number) * (SIZES[(unit ?? '').toUpperCase()] ?? NaN);
  if (Number.isFinite(found)) return found;
  return refuse(
    `${option}: expected a number with its unit such as '500MB', got ${JSON.stringify(text)}`,
    'Units are B, KB, MB and GB.',
  );
};
