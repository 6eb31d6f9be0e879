import { isValid, type ColumnData } from '../columns/column.ts';
import { buildFunctions, functionOf, type FunctionBuilder, type Functions } from './functions.ts';
import { ROOT, type Profile, type ProfileEvent } from './profile.ts';
import type { StackSamples } from './stack-samples.ts';

/** What the tree of a profile counts, and how it is merged. */
export interface TreeOptions {
  /** Merge from the innermost function outwards. */
  readonly reverse?: boolean;
  /** Use only samples of this event; default: the first event of the file, as in stackcollapse-perf.pl. */
  readonly event?: string;
  /**
   * 'period' sums the event counts of samples. Default: 'samples'; for folded stacks and bpftrace maps 'period', which
   * is their count.
   */
  readonly weight?: 'samples' | 'period';
  /** No frame for the process above its stacks; default false. Folded stacks already have it as first frame. */
  readonly bare?: boolean;
}

/** Samples of a profile, ready to be merged: `rows[i]` is the row of `profile.samples` for sample i. */
export interface ChosenSamples extends StackSamples {
  readonly rows: Uint32Array;
  readonly event: string;
  readonly unit: string;
}

/** Profiles over one set of functions, so that their trees can be compared. */
export interface Chosen {
  readonly functions: Functions;
  readonly profiles: readonly ChosenSamples[];
}

/** The function of each frame, and whether each frame has a function of its own. */
const functionOfFrame = (
  { frames }: Profile,
  build: FunctionBuilder,
): { readonly frameFn: Uint32Array; readonly distinct: boolean } => {
  const frameFn = new Uint32Array(frames.size);
  for (let f = 0; f < frames.size; f++)
    frameFn[f] = build.of(...functionOf(frames.names[frames.name[f] ?? 0] ?? '', frames.flags[f] ?? 0));
  return { frameFn, distinct: new Set(frameFn).size === frames.size };
};

const everyRow = (rows: Uint32Array): Uint32Array => {
  for (let i = 0; i < rows.length; i++) rows[i] = i;
  return rows;
};

const functionOfStack = ({ stacks }: Profile, frameFn: Uint32Array): Uint32Array => {
  const fn = new Uint32Array(stacks.size);
  for (let s = 0; s < fn.length; s++) fn[s] = frameFn[stacks.frame[s] as number] ?? 0;
  return fn;
};

/** The rows of the event, and its name; all rows if no event has a name. */
const chosenRows = ({ samples }: Profile, wanted: string | undefined): readonly [Uint32Array, string] => {
  const event = samples.data['event'];
  const rows = new Uint32Array(samples.size);
  const first = event?.kind === 'text' && isValid(event.valid, 0) ? event.names[event.codes[0] ?? -1] : undefined;
  if (event?.kind !== 'text' || (first === undefined && wanted === undefined)) return [everyRow(rows), ''];
  const plain = (name: string): string => name.replace(/:[a-zA-Z]*$/, '');
  const keep = event.names.map((name) => name === (wanted ?? first) || plain(name) === wanted);
  let size = 0;
  for (let i = 0; i < samples.size; i++)
    if (keep[event.codes[i] ?? -1] === true && isValid(event.valid, i)) rows[size++] = i;
  return [rows.subarray(0, size), wanted ?? first ?? ''];
};

/**
 * The column's value at each row; `absent` for absent values. Rows ascend, so if all rows are chosen, the column itself
 * is returned.
 */
const gathered = (column: ColumnData | undefined, rows: Uint32Array, absent: number): ArrayLike<number> => {
  if (column?.kind === 'number' && column.valid === undefined && column.values.length === rows.length)
    return column.values;
  const out = new Float64Array(rows.length).fill(absent);
  if (column?.kind !== 'number') return out;
  const { values, valid } = column;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    if (valid === undefined || isValid(valid, row)) out[i] = values[row] ?? absent;
  }
  return out;
};

/** The function that stands for the process above each sample; undefined if samples have no process. */
const outermost = (
  comm: ColumnData | undefined,
  rows: Uint32Array,
  build: FunctionBuilder,
): Uint32Array | undefined => {
  if (comm?.kind !== 'text' || comm.names.length === 0) return undefined;
  const fns = Uint32Array.from(comm.names, (name) => build.of(name, 'process'));
  const out = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = fns[comm.codes[rows[i] ?? 0] ?? 0] ?? 0;
  return out;
};

/**
 * Folded counts as FlameGraph's tools use them: integers, with fractions cut off as in inferno. Files in which all
 * counts are below 1 (seconds) keep their fractions.
 */
const foldedCounts = (counts: Float64Array): Float64Array => {
  let [some, whole] = [false, true];
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    if (count >= 1) some = true;
    if (!Number.isInteger(count)) whole = false;
  }
  return some && !whole ? counts.map((count) => Math.trunc(count)) : counts;
};

const weights = (profile: Profile, rows: Uint32Array): Float64Array => {
  const found = gathered(profile.samples.data['period'], rows, 1);
  const periods = found instanceof Float64Array ? found : Float64Array.from(found);
  return profile.meta.format === 'folded' ? foldedCounts(periods) : periods;
};

/** Formats whose rows stand for many samples; `period` is their number. */
const COUNTED: readonly string[] = ['folded', 'bpftrace'];

/** Folded lines and bpftrace maps may count samples or other units (ns, bytes); they do not say which. */
const unitOf = (about: ProfileEvent | undefined): string =>
  about === undefined || about.unit === '' ? 'counts' : about.unit;

const chosenSamples = (profile: Profile, build: FunctionBuilder, options: TreeOptions): ChosenSamples => {
  const { data } = profile.samples;
  const { frameFn, distinct } = functionOfFrame(profile, build);
  const [rows, event] = chosenRows(profile, options.event);
  const weight = options.weight ?? (COUNTED.includes(profile.meta.format) ? 'period' : 'samples');
  const root = options.bare === true ? undefined : outermost(data['comm'], rows, build);
  const about = profile.meta.events.find(({ name }) => name === event);
  return {
    size: rows.length,
    rows,
    event,
    unit: weight === 'samples' ? 'samples' : unitOf(about),
    stack: gathered(data['stack'], rows, ROOT),
    ...(root === undefined ? {} : { root }),
    ...(weight === 'period' ? { weight: weights(profile, rows) } : {}),
    parent: profile.stacks.parent.subarray(0, profile.stacks.size),
    fn: functionOfStack(profile, frameFn),
    distinct,
  };
};

/** Selects the samples of one event from each profile and gives their functions common codes. */
export const chooseSamples = (profiles: readonly Profile[], options: TreeOptions = {}): Chosen => {
  const build = buildFunctions();
  const chosen = profiles.map((profile) => chosenSamples(profile, build, options));
  return { functions: build.done(), profiles: chosen };
};
