import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';

/** The result of a batch of damaged inputs, run in a separate process. */
interface Report {
  readonly cases: number;
  readonly refused: number;
  readonly slowest: { readonly ms: number; readonly seed: number };
  /** The largest memory use of one input, and which input. */
  readonly largest: { readonly bytes: number; readonly seed: number };
}

/** The fixed seed of every run, so that failures repeat; FBF_FUZZ_SEED overrides it. */
export const seed = Number(process.env['FBF_FUZZ_SEED'] ?? 20_261_123);

/** The memory limit for a damaged file. */
const MOST = 200e6;

const run = (batch: string, first: number, cases: number): Report => {
  // Collect garbage first, so that one input's garbage is not counted for the next.
  const argv = ['--expose-gc', join(import.meta.dirname, batch), String(first), String(cases)];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect(status, `seeds ${first} to ${first + cases - 1}: ${stderr}`).toBe(0);
  return JSON.parse(stdout) as Report;
};

/** Runs batches for some seconds: each input may use at most 2 s of CPU and 200 MB. */
export const fuzz = (
  batch: string,
  seconds: number,
  size = 200,
): { readonly cases: number; readonly refused: number } => {
  const end = Date.now() + seconds * 1000;
  let [cases, refused] = [0, 0];
  for (let first = seed; cases === 0 || Date.now() < end; first += size) {
    const report = run(batch, first, size);
    expect(report.slowest.ms, `seed ${report.slowest.seed}`).toBeLessThan(2000);
    expect(report.largest.bytes, `seed ${report.largest.seed}`).toBeLessThan(MOST);
    cases += report.cases;
    refused += report.refused;
  }
  return { cases, refused };
};
