/** A flame graph (SVG) of very many distinct stacks, like the folded stacks of a long profile of a big program. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numbersFrom } from '../test/random.ts';
import { has, quoted, ratio, rounds, type Row, say } from './profiles-timed.ts';

const STACKS = 800_000;
const folder = process.env['FBF_BENCH_DIR'] ?? join(tmpdir(), 'fast-by-friday-bench');
const inferno = process.env['INFERNO_FLAMEGRAPH'] ?? 'inferno-flamegraph';

/** Writes a file once; `lines` makes its lines. */
const kept = (name: string, lines: () => readonly string[]): string => {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.part`, `${lines().join('\n')}\n`);
  renameSync(`${file}.part`, file);
  return file;
};

/** 23 MB: 800,000 distinct stacks, unsorted. */
const stackLines = (): string[] => {
  const random = numbersFrom(1);
  const any = (limit: number): number => Math.floor(random() * limit);
  const lines = new Map<string, number>();
  while (lines.size < STACKS) {
    const phase = ['parse', 'eval', 'emit', 'walk'][any(4)] ?? '';
    lines.set(`main;${phase}_${any(300)};f_${any(2000)};g_${any(5000)}`, 1 + any(9));
  }
  return Array.from(lines, ([stack, count]) => `${stack} ${count}`);
};

/** The rows for `npm run bench -- profiles`. INFERNO_FLAMEGRAPH is the path of that program if it is not on PATH. */
export const rows = (fbf: readonly string[], times: number): Row[] => {
  const files = {
    'many stacks': kept('many-stacks.folded', stackLines),
    'sorted stacks': kept('sorted-stacks.folded', () => stackLines().sort()),
  };
  const out = (name: string): string => quoted(join(folder, `${name.replaceAll(' ', '-')}.svg`));
  const lines: Record<string, string> = {};
  for (const [name, file] of Object.entries(files)) {
    lines[`ours ${name}`] = `${fbf.map(quoted).join(' ')} flame ${quoted(file)} -o ${out(`ours ${name}`)} > /dev/null`;
    if (has(inferno)) lines[`inferno ${name}`] = `${quoted(inferno)} ${quoted(file)} > ${out(`inferno ${name}`)}`;
  }
  const all = rounds(lines, times);
  for (const [name, each] of Object.entries(all)) process.stdout.write(`  ${name.padEnd(24)} ${say(each)}\n`);
  const ours = all['ours many stacks'];
  const beside = (name: string): string => ratio(all[`ours ${name}`], all[`inferno ${name}`]);
  return [
    {
      what: '800,000 folded stacks -> SVG / inferno-flamegraph',
      doneAt: '2',
      goal: '1',
      measured: beside('many stacks'),
    },
    { what: 'the same, sorted', doneAt: '2', goal: '1', measured: beside('sorted stacks') },
    { what: 'its peak memory', doneAt: '300 MB', goal: '250 MB', measured: `${ours?.memory.toFixed(0) ?? '?'} MB` },
  ];
};
