import { sources as known, streamOf } from '../../lib/sources/list.ts';
import { processes } from '../../lib/sources/proc/processes.ts';
import type { Recipe } from '../../lib/sources/source.ts';
import type { StreamPlan } from './plan.ts';

/** What is asked for: sources by name, each with its recipe and rate. */
export interface Wanted {
  readonly name: string;
  readonly recipe: Recipe;
  readonly hz?: number;
}

export interface Rates {
  /** Samples a second of system files where a source does not say; 1 unless told otherwise, 50 at most. */
  readonly hz?: number;
  /** Sweeps over the processes a second, at most; 1 unless told otherwise. */
  readonly processHz?: number;
}

const MOST = 50;
/** A log is read as it comes; nothing is lost in between. */
const LOG_HZ = 1;
/** The process table alone is read again this often. */
const TABLE_HZ = 0.1;

const merged = (a: Recipe, b: Recipe): Recipe => ({ ...a, ...b, read: [...new Set([...a.read, ...b.read])] });

/** Every per-process source rests on stat: pid and start time together name a process. */
const withStat = (stream: string, recipe: Recipe): Recipe =>
  stream === 'proc.pid' ? merged({ read: ['/proc/[0-9]*/stat'] }, recipe) : recipe;

const rateOf = ({ recipe, hz }: Wanted, rates: Rates): number => {
  if (recipe.log) return LOG_HZ;
  const most = recipe.perProcess ? (rates.processHz ?? 1) : MOST;
  return Math.min(hz ?? rates.hz ?? 1, most);
};

/**
 * The streams to read for what is wanted: sources that decode the same samples share one. The process table is part of
 * every recording, wanted or not.
 */
export const planStreams = (wanted: readonly Wanted[], rates: Rates = {}): readonly StreamPlan[] => {
  const streams = new Map<string, StreamPlan>();
  for (const one of wanted) {
    if (one.name === processes.name) continue;
    const name = streamOf(known.find((source) => source.name === one.name) ?? one);
    const before = streams.get(name);
    const recipe = before ? merged(before.recipe, one.recipe) : withStat(name, one.recipe);
    streams.set(name, { name, recipe, hz: Math.max(before?.hz ?? 0, rateOf(one, rates)) });
  }
  const sweeps = [...streams.values()].filter(({ recipe }) => recipe.perProcess).map(({ hz }) => hz);
  const { name, recipe } = processes;
  return [...streams.values(), { name, recipe, hz: sweeps.length > 0 ? Math.max(...sweeps) : TABLE_HZ }];
};
