import type { SourceSample } from '../sources/source.ts';
import type { SourceFact } from './format.ts';
import type { RecordingStart } from './recording.ts';
import type { RecordedWarning } from './warning.ts';

/** Counts the samples of one stream, their rate, and files that could not be read. */
export interface Tally {
  count(sample: SourceSample): void;
  warn(warning: RecordedWarning): void;
  merge(change: Partial<SourceFact>): void;
  fact(): SourceFact;
}

/** How many files that could not be read a manifest names. */
const NAMED = 3;

const missingOf = (missing: ReadonlyMap<string, string>): Pick<SourceFact, 'missing' | 'more'> => {
  const named = [...missing].slice(0, NAMED).map(([path, why]) => ({ path, why }));
  const more = missing.size - named.length;
  return { missing: named, ...(more > 0 ? { more } : {}) };
};

/** Why the status of a source is not `ok`, as a clause. */
export const whyNot = ({ samples, missing, more = 0 }: SourceFact): string | undefined => {
  if (samples === 0) return 'no sample arrived';
  if (missing === undefined) return undefined;
  const named = missing.map(({ path, why }) => (path === '' ? why : `${path}: ${why}`));
  return named.join('; ') + (more > 0 ? ` and ${more} more` : '');
};

/** A tally without samples. */
export const newTally = ({ recipe, asked, tool }: RecordingStart['streams'][string]): Tally => {
  const warnings: RecordedWarning[] = [];
  const missing = new Map<string, string>();
  const there = new Set<string>();
  let change: Partial<SourceFact> = {};
  let samples = 0;
  let first = 0;
  let last = 0;

  const note = ({ files, gone, whole }: SourceSample): void => {
    if (whole && !recipe.perProcess) for (const path of [...missing.keys()]) missing.delete(path);
    for (const { path, bytes, why } of files) {
      if (bytes === undefined) missing.set(path, why ?? 'no reason given');
      else missing.delete(path);
      if (bytes !== undefined && !recipe.perProcess) there.add(path);
    }
    for (const path of gone) missing.delete(path);
  };
  const status = (): Pick<SourceFact, 'status' | 'missing' | 'more'> => {
    if (missing.size === 0) return { status: 'ok' };
    const read = recipe.perProcess ?? there.size > 0;
    return { status: read ? 'partial' : 'failed', ...missingOf(missing) };
  };
  return {
    count(sample) {
      if (samples === 0) first = sample.t;
      last = sample.t;
      samples++;
      note(sample);
    },
    warn: (warning) => void warnings.push(warning),
    merge: (more) => {
      change = { ...change, ...more };
    },
    fact: () => ({
      recipe,
      ...(samples === 0 ? { status: 'failed' as const } : status()),
      warnings,
      asked,
      achieved: last > first ? (samples - 1) / (last - first) : 0,
      samples,
      lost: 0,
      tool,
      ...change,
    }),
  };
};
