import { expect, it } from 'vitest';
import { fuzz, seed } from './fuzz.ts';

const seconds = Number(process.env['FBF_FUZZ_SECONDS'] ?? 310);

it(`readers of text neither crash nor hang on hostile, truncated and damaged input for ${seconds} s (FBF_FUZZ_SECONDS) from seed ${seed}`, () => {
  const { cases, refused } = fuzz('fuzz-text-batch.ts', seconds);
  expect(refused).toBeLessThan(cases);
  console.log(`${cases} texts, ${refused} refused with an error of ours`);
});
