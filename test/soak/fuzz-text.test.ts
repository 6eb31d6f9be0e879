import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const seconds = Number(process.env['FBF_FUZZ_SECONDS'] ?? 620);
const seed = Number(process.env['FBF_FUZZ_SEED'] ?? 20_261_123);
const batch = join(import.meta.dirname, 'fuzz-text-batch.ts');

interface Report {
  readonly cases: number;
  readonly refused: number;
  readonly slowest: { readonly ms: number; readonly seed: number };
  readonly peak: number;
}

const run = (first: number, cases: number): Report => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [batch, String(first), String(cases)], {
    encoding: 'utf8',
  });
  expect(status, `seeds ${first} to ${first + cases - 1}: ${stderr}`).toBe(0);
  return JSON.parse(stdout) as Report;
};

it(`readers of text take hostile, cut and flipped input for ${seconds} s (FBF_FUZZ_SECONDS) from seed ${seed}`, () => {
  const size = 200;
  const end = Date.now() + seconds * 1000;
  let [cases, refused] = [0, 0];
  for (let first = seed; cases === 0 || Date.now() < end; first += size) {
    const report = run(first, size);
    // What a single bad file may cost: 2 s (of CPU, for the readers and both kernels together) and 200 MB.
    expect(report.slowest.ms, `seed ${report.slowest.seed}`).toBeLessThan(2000);
    expect(report.peak, `seeds from ${first}`).toBeLessThan(400 << 20);
    cases += report.cases;
    refused += report.refused;
  }
  expect(refused).toBeLessThan(cases);
  console.log(`${cases} cases, ${refused} refused with an error of ours`);
});
