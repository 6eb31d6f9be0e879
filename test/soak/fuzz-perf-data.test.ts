import { expect, it } from 'vitest';
import { fuzz, seed } from './fuzz.ts';

const seconds = Number(process.env['FBF_FUZZ_SECONDS'] ?? 310);

it(`readers of damaged perf.data files end with a partial result or an error with a next step, for ${seconds} s (FBF_FUZZ_SECONDS) from seed ${seed}`, () => {
  const { cases, refused } = fuzz('fuzz-perf-data-batch.ts', seconds);
  expect(cases).toBeGreaterThan(0);
  console.log(`${cases} files, ${refused} times refused with an error of ours`);
});
