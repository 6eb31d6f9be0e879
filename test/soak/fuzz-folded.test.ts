import { expect, it } from 'vitest';
import { fuzz, seed } from './fuzz.ts';

const seconds = Number(process.env['FBF_FUZZ_SECONDS'] ?? 310);

it(`both readers of folded stacks agree on hostile, truncated and damaged text for ${seconds} s (FBF_FUZZ_SECONDS) from seed ${seed}`, () => {
  const { cases } = fuzz('fuzz-folded-batch.ts', seconds);
  expect(cases).toBeGreaterThan(0);
  console.log(`${cases} texts`);
});
