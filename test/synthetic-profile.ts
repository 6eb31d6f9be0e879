import { buildFrames, buildStacks } from '../src/lib/stacks/table.ts';
import { buildSamples } from '../src/lib/stacks/samples.ts';
import { JIT, KERNEL, ROOT, UNKNOWN, type Profile } from '../src/lib/stacks/profile.ts';
import { numbersFrom } from './random.ts';

export interface Synthetic {
  readonly seed?: number;
  readonly samples?: number;
  readonly seconds?: number;
  /** Distinct stacks. */
  readonly stacks?: number;
  readonly deepest?: number;
  /** Multiplies the weight of stacks that end in the function. */
  readonly slower?: Readonly<Record<string, number>>;
  /** Length of bursts: how many samples in a row tend to have the same stack; 1: no bursts. */
  readonly burst?: number;
  /** Seed of the program: the same `program` with another `seed` is another capture of the same load. */
  readonly program?: number;
}

const meta = {
  format: 'perf.data',
  tool: 'perf 6.1',
  host: 'db-1',
  kernel: '6.1.0',
  arch: 'x86_64',
  command: '',
  start: 5000.25,
  maxDepth: 127,
  callers: true,
};

/**
 * Stacks of a generated program with a heavy-tailed distribution: stack k has weight about 1/(k+1), and stacks share
 * frames near the root.
 */
const program = (count: number, deepest: number, seed: number) => {
  const next = numbersFrom(seed);
  const frames = buildFrames();
  const stacks = buildStacks();
  const kinds = [0, 0, 0, 0, 0, KERNEL, JIT, UNKNOWN];
  const functions = Math.max(30, Math.round(count / 8));
  const frame = (): number => {
    const f = Math.floor(next() ** 2 * functions);
    const flags = kinds[f % kinds.length] ?? 0;
    const name = (flags & UNKNOWN) !== 0 ? '[unknown]' : `function_${f}`;
    return frames.frame(name, (flags & KERNEL) !== 0 ? '[kernel.kallsyms]' : '/usr/bin/app', flags);
  };
  const start = stacks.push(
    stacks.push(ROOT, frames.frame('_start', '/usr/bin/app', 0)),
    frames.frame('main', '/usr/bin/app', 0),
  );
  const ends: number[] = [];
  const places = [start];
  const depths = new Map([[start, 2]]);
  while (ends.length < count) {
    let at = places[Math.floor(next() * places.length)] ?? start;
    const depth = 1 + Math.floor(next() * 6);
    for (let i = 0; i < depth && (depths.get(at) ?? 2) < deepest; i++) {
      const up = depths.get(at) ?? 2;
      at = stacks.push(at, frame());
      depths.set(at, up + 1);
      places.push(at);
    }
    ends.push(at);
  }
  return { frames: frames.table(), stacks: stacks.table(), ends };
};

/** A capture of a generated program: `samples` samples, evenly distributed over `seconds`. */
export const syntheticProfile = (options: Synthetic = {}): Profile => {
  const {
    seed = 1,
    samples = 10_000,
    seconds = 10,
    stacks: count = 300,
    deepest = 60,
    burst = 1,
    slower = {},
  } = options;
  const { frames, stacks, ends } = program(count, deepest, options.program ?? 7);
  const next = numbersFrom(seed * 7919 + 13);
  const nameOf = (stack: number): string => frames.names[frames.name[stacks.frame[stack] ?? 0] ?? 0] ?? '';
  const sums: number[] = [];
  let whole = 0;
  ends.forEach((end, k) => sums.push((whole += (slower[nameOf(end)] ?? 1) / (k + 1))));
  const pick = (): number => {
    const at = next() * whole;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return ends[low] ?? 0;
  };
  const rows = buildSamples(samples);
  const event = rows.event('cycles');
  const comm = rows.comm('app');
  let stack = pick();
  for (let i = 0; i < samples; i++) {
    if (next() < 1 / burst) stack = pick();
    const t = Math.round((i / samples) * seconds * 1e6) / 1e6;
    rows.add({ t, cpu: i % 8, pid: 100, tid: 100, comm, event, period: 1_000_000, stack });
  }
  return {
    samples: rows.table(),
    stacks,
    frames,
    lost: { records: 0, samples: 0 },
    meta: { ...meta, events: [{ name: 'cycles', samples, unit: 'cycles', about: '' }] },
    warnings: [],
  };
};
