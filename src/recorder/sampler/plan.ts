import { FridayError } from '../../lib/errors.ts';
import type { Recipe } from '../../lib/sources/source.ts';

/** perl keeps files open; head runs once per glob and sample (tail stops at an unreadable file); cat runs per file. */
export type Form = 'perl' | 'head' | 'cat';

/** One stream to read: its recipe and rate. */
export interface StreamPlan {
  readonly name: string;
  readonly recipe: Recipe;
  /** Samples per second asked for; at most 50, and what the form can do. */
  readonly hz: number;
}

/** The sampler's orders. */
export interface SamplerPlan {
  readonly streams: readonly StreamPlan[];
  /** The sampler ends by itself after this many seconds. */
  readonly seconds: number;
  /** Share of one CPU that the sampler may use: sweeps that cost more are taken less often. */
  readonly maxCpu: number;
  /** At least 16 random hexadecimal digits per run, so that host content cannot pass for a frame. */
  readonly nonce: string;
}

/** The cheapest form for the tools that the host has, by name ('perl', 'head', 'tail'). */
export const chooseForm = (tools: readonly string[]): Form => {
  if (tools.includes('perl')) return 'perl';
  return tools.includes('head') || tools.includes('tail') ? 'head' : 'cat';
};

/** Allowed characters of a stream's name and paths: those that a shell does not split when it expands the globs. */
const PLAIN = /^[\w./*[\]:@#=,+-]+$/;

/** A word of the plan; rejects what the sampler could not pass on unchanged. */
export const plain = (text: string): string => {
  if (PLAIN.test(text)) return text;
  throw new FridayError('usage', `sampler: expected a plain path or name, got ${JSON.stringify(text)}`, {
    next: 'Paths of a recipe may hold letters, digits and . _ / * [ ] : @ # = , + - only.',
  });
};

/** A prefix that does not change an absolute path but spells the nonce: '/' for a 0, '/.' for a 1. */
export const noncePath = (nonce: string): string =>
  nonce
    .slice(0, 12)
    .replace(/./g, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'))
    .replace(/./g, (bit) => (bit === '1' ? '/.' : '/'));
