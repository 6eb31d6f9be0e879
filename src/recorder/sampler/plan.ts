import type { Recipe } from '../../lib/sources/source.ts';

/** perl keeps descriptors open; tail runs over a glob for each sample; cat runs once per file. */
export type Form = 'perl' | 'tail' | 'cat';

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

/** The cheapest form for the tools that the host has, by name ('perl', 'tail', 'cat'). */
export const chooseForm = (tools: readonly string[]): Form =>
  tools.includes('perl') ? 'perl' : tools.includes('tail') ? 'tail' : 'cat';
