import { deepStrictEqual } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FridayError } from '../../src/lib/errors.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { captureWasm } from '../../src/lib/sources/perf-data/capture-wasm.ts';
import { captureTs } from '../../src/lib/sources/perf-data/capture-ts.ts';
import { readTracepoints } from '../../src/lib/sources/perf-data/tracepoints.ts';
import { walkEvents } from '../perf-data-walk.ts';
import { bytesOf } from '../../src/lib/bytes/bytes.ts';
import { hasWasm } from '../../src/lib/bytes/wasm.ts';
import { corpus } from '../corpus.ts';
import { integersFrom } from '../random.ts';
import { toldOf } from '../told-capture.ts';
import { watchPeak } from './peak.ts';

// One batch of damaged files in a separate process, so that its peak memory can be measured. argv: first seed, number
// of files.
const [first = 0, cases = 1] = process.argv.slice(2).map(Number);

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

const INTERESTING = [0, 1, 7, 8, 9, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

/** One damaged copy: truncated, with flipped bytes, or overwritten with extreme numbers or with a piece of itself. */
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
  for await (const event of events) if (event.size < 8) throw new Error('a record smaller than its header');
};

let compared = 0;
/** Both readers of samples must give the same result, unless the WASM reader leaves the file to the other. */
const bothCapture = async (bytes: Uint8Array): Promise<void> => {
  const wasm = await captureWasm(bytesOf(bytes));
  const ts = await captureTs(bytesOf(bytes));
  if (wasm === undefined) return;
  deepStrictEqual(toldOf(wasm), toldOf(ts));
  compared++;
};

let refused = 0;
/** Runs a reader: it must end with a result or with an error that has a next step. */
const survives = async (read: () => Promise<unknown>): Promise<void> => {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof FridayError)) throw error;
    if (error.next === '') throw new Error('an error without a next step', { cause: error });
    refused++;
  }
};

const originals = files.map((file) => readFileSync(file));
let slowest = { ms: 0, seed: 0 };
let largest = { bytes: 0, seed: 0 };
for (let seed = first; seed < first + cases; seed++) {
  const pick = integersFrom(seed);
  const bytes = damaged(originals[pick(originals.length)] ?? new Uint8Array(512), pick);
  const peak = watchPeak();
  const began = process.cpuUsage();
  try {
    await survives(() => drain(bytes));
    await survives(() => bothCapture(bytes));
    await survives(() => readTracepoints(bytesOf(bytes)));
  } catch (error) {
    throw new Error(`seed ${seed}`, { cause: error });
  }
  const { user, system } = process.cpuUsage(began);
  const ms = (user + system) / 1000;
  if (ms > slowest.ms) slowest = { ms, seed };
  const bytesHeld = peak();
  if (bytesHeld > largest.bytes) largest = { bytes: bytesHeld, seed };
}
if (hasWasm() && compared < cases / 4) throw new Error(`only ${compared} of ${cases} files were read by both readers`);
process.stdout.write(JSON.stringify({ cases, refused, slowest, largest }));
