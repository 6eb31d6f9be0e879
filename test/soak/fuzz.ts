import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';

/** What a batch of damaged inputs came to, in a process of its own. */
interface Report {
  readonly cases: number;
  readonly refused: number;
  readonly slowest: { readonly ms: number; readonly seed: number };
  /** The most bytes that one input took, and which. */
  readonly largest: { readonly bytes: number; readonly seed: number };
}

/** The seed of every run, unless FBF_FUZZ_SEED says another: what failed once fails again. */
export const seed = Number(process.env['FBF_FUZZ_SEED'] ?? 20_261_123);

/** What the requirement leaves for a damaged file. */
const MOST = 200e6;

const run = (batch: string, first: number, cases: number): Report => {
  // One input's garbage is not the next one's need.
  const argv = ['--expose-gc', join(import.meta.dirname, batch), String(first), String(cases)];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect(status, `seeds ${first} to ${first + cases - 1}: ${stderr}`).toBe(0);
  return JSON.parse(stdout) as Report;
};

/** Runs batch after batch for some seconds: each input costs less than 2 s of CPU and 200 MB. */
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
