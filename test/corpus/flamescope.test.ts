import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { offsetGrid } from '../../src/lib/stacks/offset-grid.ts';
import { readProfile } from '../../src/lib/sources/profile-reader.ts';
import { chooseSamples } from '../../src/lib/stacks/tree-profile.ts';
import { corpus } from '../corpus.ts';

const folder = corpus('perf-script');

const once = async function* (bytes: Uint8Array) {
  yield bytes;
};

const gridOf = async (file: string) => {
  const profile = await readProfile(once(readFileSync(join(folder ?? '', file))));
  const chosen = chooseSamples([profile]).profiles[0]!;
  return offsetGrid(profile, chosen)!;
};

/** The grid as FlameScope returns it: column, row from the top, count. */
const asFlameScope = ({ counts, rows }: { counts: Uint32Array; rows: number }): number[][] =>
  [...counts].flatMap((count, cell) =>
    count === 0 ? [] : [[Math.floor(cell / rows), rows - 1 - (cell % rows), count]],
  );

describe.skipIf(folder === undefined)('the grid as FlameScope has it (corpus perf-script)', () => {
  // The results of app/controllers/heatmap.py of Netflix/flamescope@be26595 for these files.
  it("is equal for FlameScope's own example, without idle samples", async () => {
    const grid = await gridOf('flamescope/perf.test01.txt');
    expect(asFlameScope(grid)).toEqual([
      [0, 44, 1],
      [10, 40, 1],
      [20, 34, 1],
      [30, 30, 1],
      [40, 24, 1],
    ]);
    expect([grid.start, grid.columns, grid.idle]).toEqual([5076, 42, 4]);
  });
});
