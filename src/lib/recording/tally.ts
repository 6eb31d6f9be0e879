import type { Sample, Warning } from '../sources/source.ts';
import type { SourceFact } from './format.ts';
import type { RecordingStart } from './recording.ts';

/** Counts the samples of one stream, their rate, and files that could not be read. */
export interface Tally {
  count(sample: Sample): void;
  warn(warning: Warning): void;
  merge(change: Partial<SourceFact>): void;
  fact(): SourceFact;
}

const REASONS = 3;

const reasonOf = (missing: ReadonlyMap<string, string>): string => {
  const said = [...missing].slice(0, REASONS).map(([path, why]) => `${path}: ${why}`);
  const more = missing.size - said.length;
  return said.join('; ') + (more > 0 ? ` and ${more} more` : '');
};

/** A tally without samples. */
export const newTally = ({ recipe, asked, tool }: RecordingStart['streams'][string]): Tally => {
  const warnings: Warning[] = [];
  const missing = new Map<string, string>();
  const there = new Set<string>();
  let change: Partial<SourceFact> = {};
  let samples = 0;
  let first = 0;
  let last = 0;

  const note = ({ files, gone, whole }: Sample): void => {
    if (whole && !recipe.perProcess) for (const path of [...missing.keys()]) missing.delete(path);
    for (const { path, bytes, why } of files) {
      if (bytes === undefined) missing.set(path, why ?? 'no reason given');
      else missing.delete(path);
      if (bytes !== undefined && !recipe.perProcess) there.add(path);
    }
    for (const path of gone) missing.delete(path);
  };
  const status = (): Pick<SourceFact, 'status' | 'reason'> => {
    if (missing.size === 0) return { status: 'ok' };
    const read = recipe.perProcess ?? there.size > 0;
    return { status: read ? 'partial' : 'failed', reason: reasonOf(missing) };
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
      ...(samples === 0 ? { status: 'failed' as const, reason: 'no sample arrived' } : status()),
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
