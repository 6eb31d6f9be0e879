import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rows as flameRows } from './flame.ts';
import { rows as frameRows } from './frames.ts';
import { capture } from './profile-capture.ts';
import type { Capture } from './profile-capture.ts';
import { rows as traceRows } from './tracepoints.ts';

/** What a row is compared with, and what it must come to. */
export interface Row {
  readonly what: string;
  readonly doneAt: string;
  readonly goal: string;
  readonly measured: string;
}

const root = join(import.meta.dirname, '..');
const fbf = ['node', join(root, 'dist', 'cli', 'main.js')];

/** Programs that the rows are measured against; missing ones are said, not guessed. */
const rivals = {
  inferno: process.env['INFERNO'] ?? 'inferno-collapse-perf',
  perl: process.env['STACKCOLLAPSE_PERF'] ?? 'stackcollapse-perf.pl',
};

/** Seconds of wall time, of CPU, and peak memory in MB of a command whose output goes to a file; undefined where it is not there. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

export const cost = (command: readonly string[], out: string): Cost | undefined => {
  const line = `${command.map(quoted).join(' ')} > ${quoted(out)}`;
  return timed(line);
};

/** A pipeline or a command of the shell, the whole of it timed. */
export const timed = (line: string): Cost | undefined => {
  const argv = ['-f', '%e %U %S %M', 'sh', '-c', line];
  const { status, stderr } = spawnSync('/usr/bin/time', argv, { encoding: 'utf8' });
  const found = /([\d.]+) ([\d.]+) ([\d.]+) (\d+)\s*$/.exec(stderr);
  if (status !== 0 || found === null) return undefined;
  const [wall = 0, user = 0, system = 0, kilobytes = 0] = found.slice(1).map(Number);
  return { wall, cpu: user + system, memory: kilobytes / 1024 };
};

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
const has = (program: string): boolean =>
  existsSync(program) || spawnSync('sh', ['-c', `command -v ${quoted(program)}`]).status === 0;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Medians of rounds that take turns, so that every program meets the same neighbours. */
const rounds = (lines: Readonly<Record<string, string>>, times: number): Record<string, Cost | undefined> => {
  const seen: Record<string, Cost[]> = {};
  for (let i = 0; i < times; i++)
    for (const [name, line] of Object.entries(lines)) {
      const one = timed(line);
      if (one !== undefined) (seen[name] ??= []).push(one);
    }
  return Object.fromEntries(
    Object.keys(lines).map((name) => {
      const all = seen[name];
      if (all === undefined) return [name, undefined];
      const of = (field: keyof Cost): number => median(all.map((each) => each[field]));
      return [name, { wall: of('wall'), cpu: of('cpu'), memory: Math.max(...all.map(({ memory }) => memory)) }];
    }),
  );
};

const say = (each: Cost | undefined): string =>
  each === undefined
    ? 'not there'
    : `${each.wall.toFixed(2)} s, CPU ${each.cpu.toFixed(2)} s, ${each.memory.toFixed(0)} MB`;

const ratio = (ours: Cost | undefined, theirs: Cost | undefined): string =>
  ours === undefined || theirs === undefined
    ? 'not measured'
    : `${(ours.wall / theirs.wall).toFixed(3)} (CPU ${(ours.cpu / theirs.cpu).toFixed(3)})`;

/** Lines that fold the capture, by ours and by others; whole processes, every output written to a file. */
const folding = ({ data, text, folder }: Capture): Record<string, string> => {
  const out = (name: string): string => quoted(join(folder, `${name}.folded`));
  const ours = fbf.map(quoted).join(' ');
  const inferno = quoted(rivals.inferno);
  const perl = `perl ${quoted(rivals.perl)}`;
  const hasPerl = has(rivals.perl);
  return {
    'ours text': `${ours} fold ${quoted(text)} > ${out('ours')}`,
    'ours text --like perl': `${ours} fold --like perl ${quoted(text)} > ${out('ours-perl')}`,
    'ours perf.data': `${ours} fold ${quoted(data)} > ${out('ours-data')} 2>/dev/null`,
    ...(has(rivals.inferno)
      ? {
          'inferno 1 thread': `${inferno} -n 1 ${quoted(text)} > ${out('inferno1')}`,
          'inferno all threads': `${inferno} ${quoted(text)} > ${out('inferno')}`,
          'perf script | inferno': `perf script -i ${quoted(data)} 2>/dev/null | ${inferno} > ${out('script-inferno')}`,
        }
      : {}),
    ...(hasPerl
      ? {
          'stackcollapse-perf.pl': `${perl} ${quoted(text)} > ${out('perl')} 2>/dev/null`,
          'perf script | perl': `perf script -i ${quoted(data)} 2>/dev/null | ${perl} > ${out('script-perl')} 2>/dev/null`,
        }
      : {}),
  };
};

const foldRows = (at: Capture, times: number): Row[] => {
  const all = rounds(folding(at), times);
  for (const [name, each] of Object.entries(all)) process.stdout.write(`  ${name.padEnd(24)} ${say(each)}\n`);
  const row = (what: string, ours: string, theirs: string, doneAt: string, goal: string): Row => ({
    what,
    doneAt,
    goal,
    measured: ratio(all[ours], all[theirs]),
  });
  return [
    row('text -> folded / inferno 1 thread', 'ours text', 'inferno 1 thread', '0.75', '0.3'),
    row('text -> folded / inferno all threads', 'ours text', 'inferno all threads', '0.95', '0.5'),
    row('text -> folded / stackcollapse-perf.pl', 'ours text --like perl', 'stackcollapse-perf.pl', '0.1', '0.04'),
    row('perf.data -> folded / perf script | inferno', 'ours perf.data', 'perf script | inferno', '0.35', '0.1'),
    row('perf.data -> folded / perf script | perl', 'ours perf.data', 'perf script | perl', '0.13', '0.04'),
    {
      what: 'peak memory, text / perf.data',
      doneAt: '700 MB',
      goal: '400 MB',
      measured: `${all['ours text']?.memory.toFixed(0) ?? '?'} / ${all['ours perf.data']?.memory.toFixed(0) ?? '?'} MB`,
    },
  ];
};

const megabytes = (file: string): string => `${(statSync(file).size / 1e6).toFixed(0)} MB`;

/**
 * Profiles from files against inferno, stackcollapse-perf.pl and perf script, on a capture that it makes itself. INFERNO and
 * STACKCOLLAPSE_PERF say where those programs are if they are not on the path. `args`: rounds, 3 unless told otherwise.
 */
export const run = async ([times = '3']: string[]): Promise<void> => {
  if (!existsSync(fbf[1] ?? '')) throw new Error('dist/ is not built: npm run build');
  const at = capture();
  process.stdout.write(`perf.data ${megabytes(at.data)}, text ${megabytes(at.text)}; ${times} rounds, medians\n`);
  const rows = [
    ...foldRows(at, Number(times)),
    ...(await traceRows(Number(times))),
    ...(await flameRows(at.data, Number(times))),
    ...(await frameRows(at.data)),
  ];
  for (const { what, measured, doneAt, goal } of rows)
    process.stdout.write(`${what.padEnd(46)} ${measured.padStart(24)}   done at ${doneAt.padEnd(8)} goal ${goal}\n`);
};
