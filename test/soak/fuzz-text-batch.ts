import { bpftrace } from '../../src/lib/sources/bpftrace/decoder.ts';
import { perfStat } from '../../src/lib/sources/perf-stat/decoder.ts';
import { FridayError } from '../../src/lib/errors.ts';
import { foldProfile } from '../../src/lib/stacks/fold.ts';
import { readProfile } from '../../src/lib/sources/profile-reader.ts';
import { hasWasm } from '../../src/lib/bytes/wasm.ts';
import { damaged, scriptText } from '../hostile-text.ts';
import { numbersFrom } from '../random.ts';
import { pieces } from '../pieces.ts';
import { foldText } from '../scripted.ts';
import { watchPeak } from './peak.ts';

// One batch of cases in a separate process, so that its peak memory can be measured. argv: first seed, number of cases.
const [first = 0, cases = 1] = process.argv.slice(2).map(Number);

const bpftraceText = (random: () => number): string => {
  const any = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const line = (): string =>
    any([
      '@[',
      '    f+1',
      '\tffffffff81000000 g+2',
      ', sh, 12]: 5',
      '@: 3',
      '@a[b, c]:',
      '[2, 4)   1 |@@@@ |',
      '(..., 0)  2 |@|',
      'hello',
      '',
      '@x[',
      ']: 1',
      '{"type": "map", "data": {"@": {"\\n    f+1\\n,sh": 5}}}',
      '{"type": "hist", "data": {"@h": [{"min": 0, "max": 1, "count": 2}]',
      '{',
      '}}',
    ]);
  return Array.from({ length: 80 }, line).join('\n');
};
const statText = (random: () => number): string => {
  const any = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const line = (): string =>
    any([
      ' Performance counter stats for x:',
      '  226,054.13 msec cpu-clock  #  224.588 CPUs utilized ',
      '  <not counted>  cycles',
      '1.5,msec,cpu-clock,1,100.00,,',
      ',,,,,70.1,%  tma',
      '{"counter-value" : "nan", "event" : "e"}',
      '{',
      '1;2;3;4;5;6;7',
      '    TopdownL1     #   68.7 %  tma',
      'x'.repeat(Math.floor(random() * 9000)),
    ]);
  return Array.from({ length: 60 }, line).join('\n');
};

/** Long inputs that are slow in a quadratic loop. */
const long = (random: () => number): string => {
  const n = 1 << (14 + Math.floor(random() * 7));
  const unit =
    ['.(', ' (', ')', '->', '+0x', ' ', 'vmlinux', ';', '1 ', ':', '\t', 'a', '[', '\u00a0', ',', '\\"'][
      Math.floor(random() * 16)
    ] ?? '';
  const name = unit.repeat(Math.ceil(n / unit.length));
  return [
    `x 1 2.5: 1 e: \n\t1 ${name} (/x)\n\n`,
    `${name} 1 2.5: 1 ${name}: \n\t1 f (${name})\n\n`,
    `x 1 2.5: 1 e: \n${'\t1 f (/x)\n'.repeat(n >> 4)}\n`,
    `a;b 1\n${name} 12\n`,
    `@[\n    f+1\n${name}\n, sh]: 5\n`,
    `${name}\n`.repeat(4),
  ][Math.floor(random() * 6)] as string;
};

const kinds = [(random: () => number) => scriptText(random, 80), bpftraceText, statText, long];

let slowest = { ms: 0, seed: 0 };
let largest = { bytes: 0, seed: 0 };
let refused = 0;
for (let seed = first; seed < first + cases; seed++) {
  const random = numbersFrom(seed);
  const text = Buffer.from((kinds[Math.floor(random() * kinds.length)] ?? long)(random));
  const bytes = random() < 0.5 ? text : damaged(text, random);
  const size = random() < 0.3 && bytes.length < 50_000 ? 1 + Math.floor(random() * 100) : 65_536;
  const like = random() < 0.5 ? 'perl' : 'inferno';
  /** Measures each reader separately: garbage of the previous one does not count. */
  const alone = async <T>(read: () => Promise<T> | T): Promise<T> => {
    const peak = watchPeak();
    const value = await read();
    const bytesHeld = peak();
    if (bytesHeld > largest.bytes) largest = { bytes: bytesHeld, seed };
    return value;
  };
  const options = { like, tid: true, jit: true } as const;
  const start = process.cpuUsage();
  const ts = await alone(() => foldText(bytes, options, { wasm: false }));
  const wasm = await alone(() => foldText(bytes, options, { wasm: hasWasm() }));
  if (ts !== wasm) throw new Error(`seed ${seed}: the folded lines of the two scanners differ`);
  const survives = async (read: () => Promise<unknown>): Promise<number> => {
    try {
      await alone(read);
      return 0;
    } catch (error) {
      if (!(error instanceof FridayError))
        throw new Error(`seed ${seed}: an error other than FridayError`, { cause: error });
      return 1;
    }
  };
  refused += await survives(async () => {
    const profile = await readProfile(pieces(bytes, size));
    for (const piece of foldProfile(profile, { like }))
      if (piece.length > 1 << 30) throw new Error(`seed ${seed}: folded too much`);
  });
  await survives(() => bpftrace.decode(pieces(bytes, size)));
  await survives(() => perfStat.decode(pieces(bytes, size)));
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  if (ms > slowest.ms) slowest = { ms, seed };
}
process.stdout.write(`${JSON.stringify({ cases, refused, slowest, largest })}\n`);
