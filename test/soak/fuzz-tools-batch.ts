import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FridayError } from '../../src/lib/errors.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { bpftrace } from '../../src/lib/sources/bpftrace/decoder.ts';
import { perfScript } from '../../src/lib/sources/perf-script/decoder.ts';
import { perfStat } from '../../src/lib/sources/perf-stat/decoder.ts';
import { rowsOf } from '../decode.ts';
import type { Row } from '../decode.ts';
import { damaged } from '../hostile-text.ts';
import { pieces } from '../pieces.ts';
import { numbersFrom } from '../random.ts';
import { watchPeak } from './peak.ts';

// One batch of cases in a separate process, so that its peak memory can be measured. argv: first seed, number of cases.
const [first = 0, cases = 1] = process.argv.slice(2).map(Number);

type Kind = keyof typeof decoders;
const decoders = {
  'bpftrace-text': bpftrace,
  'bpftrace-json': bpftrace,
  'perf-stat': perfStat,
  'perf-script': perfScript,
};
interface Fixture {
  readonly name: string;
  readonly kind: Kind;
  readonly text: string;
}

/** One kind of text alone. */
const only = process.env['FBF_FUZZ_KIND'];
if (only !== undefined && !Object.hasOwn(decoders, only))
  throw new Error(`FBF_FUZZ_KIND: expected one of ${Object.keys(decoders).join(', ')}, got ${only}`);
const isWanted = (kind: Kind): boolean => only === undefined || only === kind;

const fixtures: readonly Fixture[] = ['bpftrace', 'perf-stat'].flatMap((folder) =>
  readdirSync(join(packageRoot, 'fixtures', folder))
    .filter((file) => !file.endsWith('.bt'))
    .map((file): Fixture => {
      const kind = folder === 'perf-stat' ? 'perf-stat' : file.endsWith('.json') ? 'bpftrace-json' : 'bpftrace-text';
      return { name: file, kind, text: readFileSync(join(packageRoot, 'fixtures', folder, file), 'utf8') };
    })
    .filter(({ kind }) => isWanted(kind)),
);

interface Decoded {
  readonly rows: readonly Row[];
  /** How many lines were left out, according to the warning. */
  readonly left: number;
}

const decode = async (kind: Kind, text: string | Uint8Array, size: number): Promise<Decoded> => {
  const { table, warnings } = await decoders[kind].decode(pieces(Buffer.from(text), size));
  const say = warnings.map((each) => each.say).join('\n');
  return { rows: rowsOf(table), left: Number(/ (\d+) lines? (?:was|were) left out/.exec(say)?.[1] ?? 0) };
};

const originals = new Map<Fixture, Decoded>();
for (const each of fixtures) originals.set(each, await decode(each.kind, each.text, 65_536));

/** Throws with the seed if a rule is violated. */
const must = (seed: number, holds: boolean, rule: string): void => {
  if (!holds) throw new Error(`seed ${seed}: ${rule}`);
};

const MARK = 'zq';

/** Invalid lines between valid ones must not change any row, and must be text rows or be counted. */
const withRubbish = async (seed: number, random: () => number, fixture: Fixture, size: number): Promise<void> => {
  const lines = fixture.text.split('\n');
  let [out, added] = ['', 0];
  for (const [i, line] of lines.entries()) {
    // The first lines determine the format.
    if (i > 3 && random() < 0.1) out += `?? ${MARK}${added++} ${'~'.repeat(Math.floor(random() * 20))}\n`;
    out += i === lines.length - 1 ? line : `${line}\n`;
  }
  const original = originals.get(fixture);
  const { rows, left } = await decode(fixture.kind, out, size);
  if (fixture.kind !== 'bpftrace-text') {
    must(seed, isDeepStrictEqual(rows, original?.rows), `${fixture.name}: rubbish changed rows`);
    must(seed, left === added + (original?.left ?? 0), `${fixture.name}: ${added} lines of rubbish, ${left} left out`);
    return;
  }
  const holding = rows.filter(({ text, key, kind }) => kind !== 'hist' && `${text}${key}`.includes(MARK));
  const told = holding.reduce((sum, { text, key }) => sum + `${text}${key}`.split(MARK).length - 1, 0);
  must(seed, told + left >= added, `${fixture.name}: ${added} lines of rubbish, ${told} in rows, ${left} left out`);
};

/** Later text must not change rows before it, except the last one: it may be an unfinished stack, bucket or number. */
const cutShort = async (seed: number, random: () => number, fixture: Fixture, size: number): Promise<void> => {
  const { text, kind, name } = fixture;
  const at = Math.floor(text.length * (0.5 + random() / 2));
  const { rows } = await survived(seed, () => decode(kind, text.slice(0, at), size));
  const all = originals.get(fixture)?.rows ?? [];
  // Lines of an unclosed key are either left out or printed as text.
  if (kind === 'bpftrace-text' && /@\w*\[[^\]]*$/.test(text.slice(0, at))) return;
  const other = rows.findIndex((row, i) => !isDeepStrictEqual(row, all[i]));
  must(seed, other < 0 || other === rows.length - 1, `${name}: cut at ${at} changes row ${other} of ${rows.length}`);
};

const words = [
  'the',
  'is',
  'quick;',
  '12',
  '3.5%',
  '@',
  '[x]',
  '{',
  '}',
  '|@@',
  '"a":',
  'x,y,z',
  '-',
  'count',
  '\t',
  '#',
];

/**
 * Prose and symbols must give no row. Lines begin with a letter, because `12 apples` is a valid counter of perf stat.
 */
const rubbish = async (seed: number, random: () => number, size: number): Promise<void> => {
  const any = (): string => words[Math.floor(random() * words.length)] ?? '';
  const line = (): string => `w ${Array.from({ length: Math.floor(random() * 9) }, any).join(' ')}`;
  const text = Array.from({ length: 1 + Math.floor(random() * 30) }, line).join('\n');
  for (const kind of ['bpftrace-text', 'bpftrace-json', 'perf-stat', 'perf-script'] as const) {
    if (!isWanted(kind)) continue;
    const { rows } = await survived(seed, () => decode(kind, text, size));
    must(seed, rows.length === 0, `${kind} made ${rows.length} rows of rubbish: ${JSON.stringify(text)}`);
  }
};

let refused = 0;
const survived = async (seed: number, read: () => Promise<Decoded>): Promise<Decoded> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FridayError))
      throw new Error(`seed ${seed}: an error other than FridayError`, { cause: error });
    refused++;
    return { rows: [], left: 0 };
  }
};

/** Lines are doubled, dropped, moved or joined, then bytes damaged: readers may only throw our errors, and must end. */
const broken = async (seed: number, random: () => number, fixture: Fixture, size: number): Promise<void> => {
  const lines = fixture.text.split('\n');
  for (let n = Math.floor(random() * 10); n > 0; n--) {
    const [from, to] = [Math.floor(random() * lines.length), Math.floor(random() * lines.length)];
    const [line = ''] = lines.splice(from, random() < 0.5 ? 1 : 0);
    if (random() < 0.5) lines.splice(to, 0, line);
    else lines[to] = `${lines[to] ?? ''}${line}`;
  }
  const text = Buffer.from(lines.join('\n'));
  await survived(seed, () => decode(fixture.kind, random() < 0.8 ? damaged(text, random) : text, size));
};

let slowest = { ms: 0, seed: 0 };
let largest = { bytes: 0, seed: 0 };
for (let seed = first; seed < first + cases; seed++) {
  const random = numbersFrom(seed);
  const fixture = fixtures[Math.floor(random() * fixtures.length)];
  const size = random() < 0.3 ? 1 + Math.floor(random() * 100) : 65_536;
  const kind = random();
  const start = process.cpuUsage();
  const peak = seed % 50 === 0 ? watchPeak() : undefined;
  if (fixture === undefined || kind < 0.2) await rubbish(seed, random, size);
  else if (kind < 0.4) await withRubbish(seed, random, fixture, size);
  else if (kind < 0.5) await cutShort(seed, random, fixture, size);
  else await broken(seed, random, fixture, size);
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  if (ms > slowest.ms) slowest = { ms, seed };
  const bytes = peak?.() ?? 0;
  if (bytes > largest.bytes) largest = { bytes, seed };
}
process.stdout.write(`${JSON.stringify({ cases, refused, slowest, largest })}\n`);
