/**
 * Samples by second (column) and offset within the second (row), as FlameScope draws them, so that a second that differs
 * from the others can be picked and seen as a flame graph: https://github.com/Netflix/flamescope.
 */
import { isValid } from '../columns/column.ts';
import { ROOT, type Profile } from './profile.ts';
import type { ChosenSamples } from './tree-profile.ts';

export interface GridOptions {
  /** Rows of a second; default 50: 20 ms each. */
  readonly rows?: number;
}

/** A grid over the samples of a profile that have a time. Cell = column * rows + row; row 0 begins at the whole second. */
export interface SampleGrid {
  readonly rows: number;
  readonly columns: number;
  /** The clock's whole second at column 0. */
  readonly start: number;
  readonly counts: Uint32Array;
  /** Samples of idle CPUs: not counted. */
  readonly idle: number;
  /** The cell of each chosen sample; -1: idle or without a time. */
  readonly cellOf: Int32Array;
}

/** A day: a column a second beyond it is a clock that jumped, and no picture. */
const MOST_COLUMNS = 86_400;

/** What an idle CPU's stack holds, by FlameScope's list, when the process is swapper. */
const IDLE = /cpuidle|cpu_idle|cpu_bringup_and_idle|native_safe_halt|xen_hypercall_sched_op|xen_hypercall_vcpu_op/;

/** By stack: 1 where a frame of it says that the CPU is idle. Parents come first, so it is handed down. */
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
 * A time on the tool's own clock, as it was printed: the sum of a start and an offset is a rounding error away from it,
 * which would move samples on a row's edge. Nanoseconds are kept to 104 days of uptime, microseconds beyond.
 */
const asPrinted = (time: number): number => {
  const scale = time < 9e6 ? 1e9 : 1e6;
  return Math.round(time * scale) / scale;
};

/** Times of the chosen samples on the tool's clock; NaN where a sample has none. */
const clockTimes = ({ samples, meta }: Profile, rows: Uint32Array): Float64Array => {
  const out = new Float64Array(rows.length).fill(NaN);
  const t = samples.data['t'];
  if (t?.kind !== 'number' || t.valid?.some((bits) => bits !== 0) === false) return out;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    if (isValid(t.valid, row)) out[i] = asPrinted(meta.start + (t.values[row] ?? NaN));
  }
  return out;
};

/** 1 where the chosen sample is an idle CPU's. */
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
 * Counts a profile's samples by cell; undefined when no sample has a time or they span more than a day. Rows are floor(rows * (time mod 1)) in floating
 * point, as FlameScope has them, so that the same file gives the same picture there and here.
 */
export const offsetGrid = (
  profile: Profile,
  chosen: ChosenSamples,
  { rows = 50 }: GridOptions = {},
): SampleGrid | undefined => {
  const times = clockTimes(profile, chosen.rows);
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
