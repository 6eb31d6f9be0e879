/**
 * Samples by second (column) and subsecond offset (row), as in FlameScope, so that a second that differs from the
 * others can be selected and shown as a flame graph: https://github.com/Netflix/flamescope.
 */
import { isValid, type NumberColumn } from '../columns/column.ts';
import { ROOT, type Profile } from './profile.ts';
import type { ChosenSamples } from './tree-profile.ts';

export interface GridOptions {
  /** Rows per second; default 50: 20 ms each. */
  readonly rows?: number;
}

/** Counts of a profile's samples that have a time. Cell = column * rows + row; row 0 begins at the whole second. */
export interface SampleGrid {
  readonly rows: number;
  readonly columns: number;
  /** The whole second of the clock at column 0. */
  readonly start: number;
  readonly counts: Uint32Array;
  /** How many samples of idle CPUs were left out. */
  readonly idle: number;
  /** The cell of each chosen sample; -1: idle or without a time. */
  readonly cellOf: Int32Array;
}

/** One day, a column per second: a longer span means that the clock jumped, and no grid is made. */
const MOST_COLUMNS = 86_400;

/** Frames of idle CPUs, from FlameScope's list; they count in the process swapper. */
const IDLE = /cpuidle|cpu_idle|cpu_bringup_and_idle|native_safe_halt|xen_hypercall_sched_op|xen_hypercall_vcpu_op/;

/** By stack: 1 if one of its frames shows that the CPU is idle. Parents come first, so callees inherit it. */
const idleStacks = ({ stacks, frames }: Profile): Uint8Array => {
  const names = frames.names.map((name) => IDLE.test(name));
  const dsos = frames.dsos.map((dso) => IDLE.test(dso));
  const out = new Uint8Array(stacks.size);
  for (let s = 0; s < stacks.size; s++) {
    const frame = stacks.frame[s] ?? 0;
    const up = stacks.parent[s] ?? ROOT;
    const here = names[frames.name[frame] ?? -1] === true || dsos[frames.dso[frame] ?? -1] === true;
    out[s] = here || (up !== ROOT && out[up] === 1) ? 1 : 0;
  }
  return out;
};

/**
 * A time on the tool's own clock, as it was printed. The sum of start and offset has a rounding error, which would move
 * samples at the edge of a row, so round to ns up to 104 days of uptime, then to µs.
 */
const asPrinted = (time: number): number => {
  const scale = time < 9e6 ? 1e9 : 1e6;
  return Math.round(time * scale) / scale;
};

/** Times of the chosen samples on the tool's clock; NaN for samples without one. */
const clockTimes = ({ meta }: Profile, t: NumberColumn, rows: Uint32Array): Float64Array => {
  const out = new Float64Array(rows.length).fill(NaN);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    if (isValid(t.valid, row)) out[i] = asPrinted(meta.start + (t.values[row] ?? NaN));
  }
  return out;
};

/** 1 for samples of idle CPUs. */
const idleSamples = (profile: Profile, { rows, stack }: ChosenSamples): Uint8Array => {
  const out = new Uint8Array(rows.length);
  const comm = profile.samples.data['comm'];
  if (comm?.kind !== 'text') return out;
  const swapper = Uint8Array.from(comm.names, (name) => (name.includes('swapper') ? 1 : 0));
  if (!swapper.includes(1)) return out;
  const idle = idleStacks(profile);
  for (let i = 0; i < rows.length; i++)
    out[i] = (swapper[comm.codes[rows[i] ?? 0] ?? 0] ?? 0) & (idle[stack[i] ?? ROOT] ?? 0);
  return out;
};

/**
 * Counts a profile's samples by cell; undefined if no sample has a time or they span more than a day. The row is
 * floor(rows * (time mod 1)) in floating point, as in FlameScope, so that both draw the same figure of a file.
 */
export const offsetGrid = (
  profile: Profile,
  chosen: ChosenSamples,
  { rows = 50 }: GridOptions = {},
): SampleGrid | undefined => {
  const { t } = profile.samples.data;
  if (t?.kind !== 'number' || t.valid?.some((bits) => bits !== 0) === false) return undefined;
  const times = clockTimes(profile, t, chosen.rows);
  let [first, last] = [Infinity, -Infinity];
  for (const time of times) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  if (first === Infinity) return undefined;
  const start = Math.floor(first);
  const columns = Math.max(Math.ceil(last), Math.floor(last) + 1) - start;
  if (columns > MOST_COLUMNS) return undefined;
  const counts = new Uint32Array(columns * rows);
  const cellOf = new Int32Array(times.length).fill(-1);
  const resting = idleSamples(profile, chosen);
  let idle = 0;
  for (let i = 0; i < times.length; i++) {
    const time = times[i] ?? NaN;
    if (resting[i] === 1) idle++;
    if (resting[i] === 1 || Number.isNaN(time)) continue;
    const cell = Math.floor(time - start) * rows + Math.floor(rows * (time % 1));
    cellOf[i] = cell;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return { rows, columns, start, counts, idle, cellOf };
};
