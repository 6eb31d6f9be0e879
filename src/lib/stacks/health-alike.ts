import { isValid, type Numbers } from '../columns/column.ts';
import { newTally, type Judged, type Tally } from './health-judge.ts';
import { LOOK, type FrameFacts } from './health-stack.ts';
import { ROOT, type Profile } from './profile.ts';

/** Whether samples name no process and frames no binary, as in folded stacks and bpftrace maps. */
export const isAlike = ({ frames }: Profile, untold: boolean): boolean =>
  untold && frames.dsos.every((dso) => dso === '');

/** The weight of the samples of each stack, and of samples with an empty stack. */
const weightsOf = ({ samples, stacks }: Profile, ofRows: Numbers | undefined) => {
  const { stack } = samples.data;
  const weights = new Float64Array(stacks.size);
  let empty = 0;
  if (stack?.kind !== 'number') return { weights, empty };
  const { values, valid } = stack;
  for (let i = 0; i < samples.size; i++) {
    if (valid !== undefined && !isValid(valid, i)) continue;
    const at = values[i] as number;
    const weight = ofRows === undefined ? 1 : (ofRows[i] as number);
    if (at < weights.length) weights[at] = (weights[at] as number) + weight;
    else empty += weight;
  }
  return { weights, empty };
};

/** Flag: one of the outermost user frames is an entry point. */
const BEGUN = 128;

/** By stack: the number of its user frames (those beyond LOOK count as one), with the flag BEGUN. */
const beginnings = ({ stacks }: Profile, { kernel, beginning }: FrameFacts): Uint8Array => {
  const seen = new Uint8Array(stacks.size);
  for (let s = 0; s < seen.length; s++) {
    const frame = stacks.frame[s] as number;
    const up = stacks.parent[s] as number;
    const before = up === ROOT ? 0 : (seen[up] as number);
    const looked = before & 127;
    if (kernel[frame] === 1 || looked > LOOK) seen[s] = before;
    else seen[s] = (before + 1) | (beginning[frame] === 1 && looked < LOOK ? BEGUN : 0);
  }
  return seen;
};

/** The weight of unknown frames with one cause. Callers come first, so their counts are inherited. */
const weightOfTrouble = ({ stacks }: Profile, isOne: Uint8Array, weights: Float64Array): number => {
  const counts = new Uint32Array(weights.length);
  let sum = 0;
  for (let s = 0; s < counts.length; s++) {
    const up = stacks.parent[s] as number;
    const count = (up === ROOT ? 0 : (counts[up] as number)) + (isOne[stacks.frame[s] as number] as number);
    counts[s] = count;
    sum += count * (weights[s] as number);
  }
  return sum;
};

const addUnknown = (profile: Profile, { why }: FrameFacts, weights: Float64Array, tally: Tally): void => {
  for (const trouble of [...new Set(why)].sort()) {
    if (trouble === undefined) continue;
    const isOne = Uint8Array.from(why, (its) => (its === trouble ? 1 : 0));
    const sum = weightOfTrouble(profile, isOne, weights);
    if (sum > 0) tally.why.set(trouble, sum);
    tally.unknown += sum;
  }
};

/**
 * Gives the result of `judge` for all stacks, in passes over stacks. `judge` itself walks the frames of each stack,
 * because it separates binaries.
 */
export const judgeAlike = (
  profile: Profile,
  frames: FrameFacts,
  how: { readonly limit: number; readonly flat: boolean; readonly weights: Numbers | undefined },
): { readonly sum: Judged; readonly rows: readonly Tally[] } => {
  const { limit, flat } = how;
  const { weights, empty } = weightsOf(profile, how.weights);
  const rows: Tally[] = [];
  const sum: Judged = { samples: empty, judged: 0, frames: 0, unknown: 0, broken: 0, truncated: 0 };
  if (weights.length === 0) return { sum, rows };
  const tally = newTally(0, 0, rows);
  const seen = beginnings(profile, frames);
  for (let s = 0; s < weights.length; s++) {
    const count = weights[s] as number;
    if (count === 0) continue;
    const depth = profile.stacks.depth[s] as number;
    tally.samples += count;
    tally.frames += count * depth;
    if (seen[s] !== 0) sum.judged += count;
    if (depth >= limit) tally.truncated += count;
    else if (seen[s] !== 0 && !flat && (seen[s] as number) < BEGUN) tally.broken += count;
  }
  addUnknown(profile, frames, weights, tally);
  if (tally.truncated > 0) tally.why.set('depth limit', tally.truncated);
  if (tally.broken > 0) tally.why.set('no frame pointers', tally.broken);
  sum.samples += tally.samples;
  const { unknown, broken, truncated } = tally;
  return { sum: { ...sum, frames: tally.frames, unknown, broken, truncated }, rows };
};
