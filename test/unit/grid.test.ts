import { describe, expect, it } from 'vitest';
import { cellRanges, selectFrames, unpackGrid, type Selection } from '../../extension/src/renderers/flamegraph/grid.ts';
import { offsetGrid } from '../../src/lib/stacks/offset-grid.ts';
import { chooseSamples } from '../../src/lib/stacks/tree-profile.ts';
import { mergeStacks } from '../../src/lib/stacks/tree.ts';
import type { Profile } from '../../src/lib/stacks/profile.ts';
import { drawProfile } from '../../src/lib/views/flamegraph.ts';
import { packGrid } from '../../src/lib/views/flamegraph-pack.ts';
import { smallProfile } from '../small-profile.ts';
import { syntheticProfile } from '../synthetic-profile.ts';

const gridOf = (profile: Profile) => offsetGrid(profile, chooseSamples([profile]).profiles[0]!);
const cells = (profile: Profile): string[] => {
  const { counts = new Uint32Array(0), rows = 1 } = gridOf(profile) ?? {};
  return [...counts].flatMap((n, cell) => (n === 0 ? [] : [`${Math.floor(cell / rows)}:${cell % rows} ${n}`]));
};

describe('samples by second and offset', () => {
  it('have the whole second of the first sample in column 0, and 20 ms per row', () => {
    const profile = smallProfile(
      [0, 0.005, 0.5, 1.744, 2].map((t) => ({ stack: 'main', t })),
      { start: 100.25 },
    );
    expect(cells(profile)).toEqual(['0:12 2', '0:37 1', '1:49 1', '2:12 1']);
  });

  it('use times as they were printed, without the rounding error of a sum', () => {
    // As a double, 5076.12 is slightly below the edge of row 6; FlameScope has it there as well.
    expect(Math.floor(50 * (5076.12 % 1))).toBe(5);
    expect(
      cells(
        smallProfile(
          [
            { stack: 'a', t: 0 },
            { stack: 'a', t: 0.02 },
          ],
          { start: 5076.1 },
        ),
      ),
    ).toEqual(['0:5 2']);
  });

  it('leave out samples of idle CPUs, and count them', () => {
    const profile = smallProfile([
      { stack: 'cpu_startup_entry_[k];cpuidle_enter_[k]', comm: 'swapper', t: 0.5 },
      { stack: 'irq_exit_[k]', comm: 'swapper', t: 0.5 },
      { stack: 'cpuidle_enter_[k]', comm: 'app', t: 1.5 },
    ]);
    expect(gridOf(profile)?.idle).toBe(1);
    expect(cells(profile)).toEqual(['0:25 1', '1:25 1']);
  });

  it('do not exist if samples have no times, or times that span more than a day', () => {
    expect(gridOf(smallProfile([{ stack: 'main' }]))).toBeUndefined();
    expect(
      gridOf(
        smallProfile([
          { stack: 'main', t: 0 },
          { stack: 'main', t: 1e9 },
        ]),
      ),
    ).toBeUndefined();
    expect(gridOf(smallProfile([]))).toBeUndefined();
  });
});

/** The rows of the profile in a selection, computed from the profile itself. */
const rowsIn = (profile: Profile, selection: Selection): Profile => {
  const grid = gridOf(profile)!;
  const ranges = cellRanges(grid, selection);
  const keep = [...grid.cellOf.keys()].filter((i) =>
    ranges.some(([from, to]) => grid.cellOf[i]! >= from && grid.cellOf[i]! < to),
  );
  const data = Object.fromEntries(
    Object.entries(profile.samples.data).map(([name, column]) => [
      name,
      column.kind === 'number'
        ? { ...column, values: Float64Array.from(keep, (i) => column.values[i]!) }
        : { ...column, codes: Uint32Array.from(keep, (i) => column.codes[i]!) },
    ]),
  );
  return { ...profile, samples: { ...profile.samples, size: keep.length, data } };
};

describe('a selection of cells', () => {
  const profile = syntheticProfile({ samples: 8000, seconds: 7, stacks: 700, burst: 3 });
  const tree = (() => {
    const { functions, profiles } = chooseSamples([profile]);
    return mergeStacks(functions, profiles);
  })();
  const selections: Selection[] = [
    { first: { column: 0, row: 20 }, last: { column: 0, row: 20 }, shape: 'time' },
    { first: { column: 2, row: 45 }, last: { column: 3, row: 4 }, shape: 'time' },
    { first: { column: 1, row: 30 }, last: { column: 5, row: 10 }, shape: 'block' },
    { first: { column: 0, row: 0 }, last: { column: 7, row: 49 }, shape: 'time' },
    { first: { column: 7, row: 49 }, last: { column: 7, row: 49 }, shape: 'time' },
  ];

  it.for(selections)('gives exactly the flame graph of its samples, from the payload alone: %j', async (selection) => {
    const packed = packGrid(tree, gridOf(profile)!, 0, 1);
    expect(packed.folded).toBe(0);
    const unpacked = await unpackGrid(JSON.parse(JSON.stringify(packed)) as typeof packed);
    const frames = selectFrames(unpacked, cellRanges(unpacked, selection));
    const { functions, profiles } = chooseSamples([rowsIn(profile, selection)]);
    const want = mergeStacks(functions, profiles);
    const shown = (
      names: (i: number) => string,
      depth: ArrayLike<number>,
      self: ArrayLike<number>,
      total: ArrayLike<number>,
    ) => Array.from({ length: depth.length }, (_, i) => `${depth[i]} ${names(i)} ${self[i]} ${total[i]}`);
    const { self, total } = want.weights[0]!;
    expect(shown((i) => frames.names[frames.name[i]!] ?? '', frames.depth, frames.self, frames.total)).toEqual(
      shown((i) => (i === 0 ? 'all' : (want.names[want.fn[i]!] ?? '')), want.depth, self, total),
    );
  });

  it('has exact totals although rare frames were folded into their callers', async () => {
    const grid = gridOf(profile)!;
    const packed = packGrid(tree, grid, 0, 20);
    expect(packed.folded).toBeGreaterThan(0);
    const unpacked = await unpackGrid(packed);
    for (const selection of selections) {
      const ranges = cellRanges(unpacked, selection);
      const want = ranges.flatMap(([from, to]) => [...grid.counts.slice(from, to)]).reduce((sum, n) => sum + n, 0);
      expect(selectFrames(unpacked, ranges).total[0]).toBe(want);
    }
  });

  it('is compared with all other cells: shares, and which changes are more than chance', async () => {
    const late = smallProfile([
      ...Array.from({ length: 400 }, (_, i) => ({ stack: 'main;usual', t: i / 100 })),
      ...Array.from({ length: 100 }, (_, i) => ({ stack: 'main;late', t: 3 + i / 100 })),
    ]);
    const { grid } = drawProfile(late).payload;
    const unpacked = await unpackGrid(grid!);
    const frames = selectFrames(unpacked, [[150, 200]], { against: true });
    const at = [...frames.name].findIndex((name) => frames.names[name] === 'late');
    expect(frames.change?.[at]).toBeCloseTo(0.5, 2);
    expect(frames.sure?.[at]).toBe(1);
    expect(frames.change?.[0]).toBe(0);
  });
});
