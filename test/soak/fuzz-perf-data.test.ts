import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FridayError } from '../../src/lib/errors.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { capture } from '../../src/lib/sources/perf-data/capture.ts';
import { readTracepoints } from '../../src/lib/sources/perf-data/tracepoints.ts';
import { walkEvents } from '../../src/lib/sources/perf-data/walk.ts';
import { bytesOf } from '../../src/lib/stacks/bytes.ts';
import { corpus } from '../corpus.ts';

const own = join(packageRoot, 'fixtures', 'perf-data');
const quipper = corpus('perf-data');
const files = [
  ...readdirSync(own)
    .filter((name) => name.endsWith('.data'))
    .map((name) => join(own, name)),
  ...(quipper === undefined
    ? []
    : readdirSync(join(quipper, 'quipper'))
        .filter((name) => /-\d+\.\d+$/.test(name))
        .map((name) => join(quipper, 'quipper', name))),
];

/** A generator that gives the same numbers for the same seed: xorshift32. */
const random = (seed: number): ((below: number) => number) => {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

const INTERESTING = [0, 1, 7, 8, 9, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** One damaged copy: cut, flipped, overwritten with numbers that break arithmetic, or with a piece of itself. */
const damaged = (bytes: Uint8Array, pick: (below: number) => number): Uint8Array => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let left = 1 + pick(8); left > 0; left--) {
    const at = pick(pick(3) === 0 ? Math.min(512, copy.length - 8) : copy.length - 8);
    const how = pick(5);
    if (how === 0) copy[at] = (copy[at] ?? 0) ^ (1 << pick(8));
    else if (how === 1) view.setUint32(at, INTERESTING[pick(INTERESTING.length)] ?? 0, true);
    else if (how === 2) view.setUint16(at, INTERESTING[pick(9)] ?? 0, true);
    else if (how === 3) copy.copyWithin(at, pick(copy.length), pick(copy.length));
    else return copy.subarray(0, at);
  }
  return copy;
};

const drain = async (bytes: Uint8Array): Promise<void> => {
  const { events } = walkEvents(bytesOf(bytes));
  for await (const event of events) if (event.size < 8) throw new Error('a record of no size');
};

/** Runs a reader: it ends with what it read, or with an error that says what to do. */
const survives = async (read: () => Promise<unknown>): Promise<void> => {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof FridayError)) throw error;
    expect(error.next).not.toBe('');
  }
};

const MINUTES = Number(process.env['FBF_FUZZ_MINUTES'] ?? '3');

describe('damaged perf.data files', () => {
  it('end in a partial result or an error that says what to do, soon and in little memory', async () => {
    const seed = Number(process.env['FBF_FUZZ_SEED'] ?? '20261123');
    const pick = random(seed);
    const originals = files.map((file) => readFileSync(file));
    const until = performance.now() + MINUTES * 60_000;
    let slowest = 0;
    for (let round = 0; performance.now() < until; round++) {
      const bytes = damaged(originals[pick(originals.length)]!, pick);
      const began = process.cpuUsage();
      try {
        await survives(() => drain(bytes));
        await survives(() => capture(bytesOf(bytes)));
        await survives(() => readTracepoints(bytesOf(bytes)));
      } catch (error) {
        throw new Error(`round ${round} of seed ${seed}`, { cause: error });
      }
      const { user, system } = process.cpuUsage(began);
      slowest = Math.max(slowest, user + system);
      expect(process.memoryUsage().external, `round ${round} of seed ${seed}`).toBeLessThan(200e6);
    }
    // What a file of some 100 KB may cost is a limit on the work done, not a measure of speed.
    expect(slowest / 1e6).toBeLessThan(2);
  });
});
