import type { Profile } from './profile.ts';

/**
 * The profile with times in seconds since the start of a recording, given CLOCK_MONOTONIC at that start: `meta.start` is
 * the tool's clock at the first sample, which `perf record -k CLOCK_MONOTONIC` reads from the same clock.
 */
export const sinceStart = (profile: Profile, start: number): Profile => {
  const { samples, meta } = profile;
  const { t } = samples.data;
  if (t?.kind !== 'number') return profile;
  const shift = meta.start - start;
  const values = Float64Array.from(t.values.subarray(0, samples.size), (at) => at + shift);
  return {
    ...profile,
    samples: { ...samples, data: { ...samples.data, t: { ...t, values } } },
    meta: { ...meta, start },
  };
};
