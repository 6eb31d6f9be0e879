import { FridayError } from '../../lib/errors.ts';
import type { Recipe } from '../../lib/sources/source.ts';

/** perl keeps descriptors open; head runs over a glob (tail ends at the first file that it cannot read) for each sample; cat runs once per file. */
export type Form = 'perl' | 'head' | 'cat';

/** One stream to read: its recipe and how often. */
export interface StreamPlan {
  readonly name: string;
  readonly recipe: Recipe;
  /** Samples a second asked for; at most 50, and what the form can do. */
  readonly hz: number;
}

/** What the sampler on the host is to do. */
export interface SamplerPlan {
  readonly streams: readonly StreamPlan[];
  /** The sampler ends by itself after so many seconds. */
  readonly seconds: number;
  /** The share of one CPU that the sampler may take: where a sweep costs more, it comes less often. */
  readonly maxCpu: number;
  /** 16 or more random hexadecimal digits, new for each run: host content cannot pass for a frame. */
  readonly nonce: string;
}

/** The cheapest form for the tools that the host has, by name ('perl', 'head' or what comes with it, 'tail'). */
export const chooseForm = (tools: readonly string[]): Form => {
  if (tools.includes('perl')) return 'perl';
  return tools.includes('head') || tools.includes('tail') ? 'head' : 'cat';
};

/** What may stand in a stream's name and paths: they go into a shell script between single quotes. */
const PLAIN = /^[\w./*[\]:@#=,+-]+$/;

/** A word of the script, quoted; nothing that would need more quoting is let through. */
export const word = (text: string): string => {
  if (PLAIN.test(text)) return `'${text}'`;
  throw new FridayError('usage', `sampler: expected a plain path or name, got ${JSON.stringify(text)}`, {
    next: 'Paths of a recipe hold letters, digits and . _ / * [ ] : @ # = , + - only.',
  });
};

/** A path for the shell to expand: its globs stand outside the quotes. */
export const pathWord = (prefix: string, path: string): string => {
  word(path);
  return `${prefix}${path}`;
};

/** A prefix that leaves every absolute path as it is and spells the nonce: '/' for a 0, '/.' for a 1. */
export const noncePath = (nonce: string): string =>
  nonce
    .slice(0, 12)
    .replace(/./g, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'))
    .replace(/./g, (bit) => (bit === '1' ? '/.' : '/'));
