import { PROCESSES } from '../lib/recording/layout.ts';
import { findSource, sources } from '../lib/sources/list.ts';
import type { Recipe } from '../lib/sources/source.ts';
import type { Order } from './contract.ts';
import type { StreamPlan } from './sampler/plan.ts';

const HZ = 1;
const MOST_HZ = 50;

const streamOf = (name: string): string => {
  try {
    return findSource(name).stream ?? name;
  } catch {
    return name; // the caller's own recipe
  }
};

const united = (one: Recipe, other: Recipe): Recipe => ({
  ...one,
  read: [...new Set([...one.read, ...other.read])],
  ...(one.links || other.links ? { links: [...new Set([...(one.links ?? []), ...(other.links ?? [])])] } : {}),
});

/**
 * The streams that the sampler reads: sources that decode the same samples share a stream, at the highest rate of them;
 * the process table is always included.
 */
export const planStreams = ({ sources: asked, processHz = HZ }: Pick<Order, 'sources' | 'processHz'>): StreamPlan[] => {
  const plans = new Map<string, StreamPlan>();
  const add = (name: string, recipe: Recipe, hz: number): void => {
    const before = plans.get(name);
    const wanted = recipe.perProcess && !recipe.perThread ? Math.min(hz, processHz) : hz;
    const rate = Math.min(MOST_HZ, wanted, recipe.every === undefined ? MOST_HZ : 1 / recipe.every);
    if (before) plans.set(name, { name, recipe: united(before.recipe, recipe), hz: Math.max(before.hz, rate) });
    else plans.set(name, { name, recipe, hz: rate });
  };
  const table = sources.find((source) => (source.stream ?? source.name) === PROCESSES);
  if (table) add(PROCESSES, table.recipe, processHz);
  for (const { name, recipe, hz = HZ } of asked) add(streamOf(name), recipe, hz);
  return [...plans.values()];
};
