/** A flame graph (SVG) of very many distinct stacks, like the folded stacks of a long profile of a big program. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numbersFrom } from '../test/random.ts';
import { has, quoted, ratio, rounds, say } from './profiles-timed.ts';
import type { Row } from './profiles.ts';

const STACKS = 800_000;
const folder = process.env['FBF_BENCH_DIR'] ?? join(tmpdir(), 'fast-by-friday-bench');
const inferno = process.env['INFERNO_FLAMEGRAPH'] ?? 'inferno-flamegraph';

/** 25 MB: 800,000 distinct stacks, unsorted. */
const manyStacks = (): string => {
  const file = join(folder, 'many-stacks.folded');
  if (existsSync(file)) return file;
  const random = numbersFrom(1);
  const any = (limit: number): number => Math.floor(random() * limit);
  const lines = new Map<string, number>();
  while (lines.size < STACKS) {
    const phase = ['parse', 'eval', 'emit', 'walk'][any(4)] ?? '';
    lines.set(`main;${phase}_${any(300)};f_${any(2000)};g_${any(5000)}`, 1 + any(9));
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.part`, Array.from(lines, ([stack, count]) => `${stack} ${count}\n`).join(''));
  renameSync(`${file}.part`, file);
  return file;
};

/** The rows for `npm run bench -- profiles`. INFERNO_FLAMEGRAPH is the path of that program if it is not on PATH. */
export const rows = (fbf: readonly string[], times: number): Row[] => {
  const file = manyStacks();
  const out = (name: string): string => quoted(join(folder, `many-stacks-${name}.svg`));
  const all = rounds(
    {
      'ours many stacks': `${fbf.map(quoted).join(' ')} flame ${quoted(file)} -o ${out('ours')} > /dev/null`,
      ...(has(inferno) ? { 'inferno-flamegraph': `${quoted(inferno)} ${quoted(file)} > ${out('inferno')}` } : {}),
    },
    times,
  );
  for (const [name, each] of Object.entries(all)) process.stdout.write(`  ${name.padEnd(24)} ${say(each)}\n`);
  const ours = all['ours many stacks'];
  return [
    {
      what: '800,000 folded stacks -> SVG / inferno-flamegraph',
      doneAt: '2',
      goal: '1',
      measured: ratio(ours, all['inferno-flamegraph']),
    },
    { what: 'its peak memory', doneAt: '400 MB', goal: '400 MB', measured: `${ours?.memory.toFixed(0) ?? '?'} MB` },
  ];
};
