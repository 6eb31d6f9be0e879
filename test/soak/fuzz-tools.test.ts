import { expect, it } from 'vitest';
import { fuzz, seed } from './fuzz.ts';

const seconds = Number(process.env['FBF_FUZZ_SECONDS'] ?? 310);

it(`readers of bpftrace and perf stat count every line they drop and make no rows of other text, for ${seconds} s (FBF_FUZZ_SECONDS) from seed ${seed}`, () => {
  const { cases, refused } = fuzz('fuzz-tools-batch.ts', seconds, 1000);
  expect(refused).toBeLessThan(cases);
  console.log(`${cases} texts, ${refused} refused with an error of ours`);
});
