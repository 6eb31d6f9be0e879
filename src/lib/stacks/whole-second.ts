import type { NumberColumn } from '../columns/column.ts';
import type { Profile } from './profile.ts';

const shifted = ({ values, ...column }: NumberColumn, seconds: number): NumberColumn => ({
  ...column,
  // Rounded to what tools print: a sum of fractions would move samples over the edge of a second.
  values: Float64Array.from(values, (t) => Math.round((t + seconds) * 1e9) / 1e9),
});

/**
 * The profile with times that count from the whole second of the tool's clock before its first sample, so that `t % 1` is
 * the offset within a second that the heat map has.
 */
export const fromWholeSecond = (profile: Profile): Profile => {
  const { samples, meta } = profile;
  const { t } = samples.data;
  const start = Math.floor(meta.start);
  if (t?.kind !== 'number' || start === meta.start) return profile;
  const data = { ...samples.data, t: shifted(t, meta.start - start) };
  return { ...profile, samples: { ...samples, data }, meta: { ...meta, start } };
};
