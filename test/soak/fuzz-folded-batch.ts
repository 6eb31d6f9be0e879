import { isDeepStrictEqual } from 'node:util';
import { FridayError } from '../../src/lib/errors.ts';
import { foldedWasm } from '../../src/lib/sources/folded/read-wasm.ts';
import type { FoldedReader } from '../../src/lib/sources/folded/lines.ts';
import { foldedTs } from '../../src/lib/sources/folded/read-ts.ts';
import { readWith } from '../../src/lib/sources/folded/read.ts';
import { foldProfile } from '../../src/lib/stacks/fold.ts';
import { stackHealth } from '../../src/lib/stacks/health.ts';
import { readProfile } from '../../src/lib/sources/profile-reader.ts';
import { hasWasm } from '../../src/lib/bytes/wasm.ts';
import { profileTree } from '../profile-tree.ts';
import { foldedText } from '../folded-text.ts';
import { damaged } from '../hostile-text.ts';
import { pieces } from '../pieces.ts';
import { numbersFrom } from '../random.ts';
import { toldOfFolded } from '../told-folded.ts';
import { watchPeak } from './peak.ts';

// One batch of cases in a separate process, so that its peak memory can be measured. argv: first seed, number of cases.
const [first = 0, cases = 1] = process.argv.slice(2).map(Number);
if (!hasWasm()) throw new Error('the WASM reader was not built: npm run build');

/** Long inputs that are slow in a quadratic loop, or that exceed the longest line. */
const long = (random: () => number): string => {
  const n = 1 << (10 + Math.floor(random() * 9));
  const units = [';', 'a;', ' ', '1 ', '9', '1.', '1e', ';1', '\t', '\r', '\u00fc', 'x'.repeat(15) + ';', '# ', '5 5 '];
  const unit = units[Math.floor(random() * units.length)] ?? '';
  return `a;b 1\n${unit.repeat(Math.ceil(n / unit.length))} ${Math.floor(random() * 99)}\nc 2`;
};

let slowest = { ms: 0, seed: 0 };
let largest = { bytes: 0, seed: 0 };
let refused = 0;
for (let seed = first; seed < first + cases; seed++) {
  const random = numbersFrom(seed);
  const text = Buffer.from(random() < 0.9 ? foldedText(random, 20 + Math.floor(random() * 400)) : long(random));
  const bytes = random() < 0.5 ? text : damaged(text, random);
  const size = bytes.length < 50_000 ? 1 + Math.floor(random() * 6000) : 1 + Math.floor(random() * 2 ** 20);
  const peak = watchPeak();
  const start = process.cpuUsage();
  const read = (reader: () => FoldedReader) => readWith(reader)(pieces(bytes, size), {});
  const [ours, twin] = [await read(foldedWasm), await read(foldedTs)];
  if (!isDeepStrictEqual(toldOfFolded(ours), toldOfFolded(twin)))
    throw new Error(`seed ${seed}: the two readers differ`);
  const [folded, same] = [ours, twin].map((profile) => Buffer.concat([...foldProfile(profile)]));
  if (folded?.equals(same ?? Buffer.alloc(0)) !== true) throw new Error(`seed ${seed}: their folded lines differ`);
  stackHealth(ours);
  profileTree(ours, { bare: true });
  try {
    await readProfile(pieces(bytes, size));
  } catch (error) {
    if (!(error instanceof FridayError))
      throw new Error(`seed ${seed}: an error other than FridayError`, { cause: error });
    refused++;
  }
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  if (ms > slowest.ms) slowest = { ms, seed };
  const held = peak();
  if (held > largest.bytes) largest = { bytes: held, seed };
}
process.stdout.write(`${JSON.stringify({ cases, refused, slowest, largest })}\n`);
