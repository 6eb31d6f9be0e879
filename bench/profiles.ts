import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rows as flameRows } from './flame.ts';
import { rows as frameRows } from './frames.ts';
import { capture } from './profile-capture.ts';
import type { Capture } from './profile-capture.ts';
import { rows as manyRows } from './many-stacks.ts';
import { has, quoted, ratio, rounds, type Row, say } from './profiles-timed.ts';
import { rows as traceRows } from './tracepoints.ts';

const root = join(import.meta.dirname, '..');
const fbf = [process.execPath, join(root, 'dist', 'cli', 'main.js')];

/** Programs that the rows are compared with; missing ones are reported. */
const rivals = {
  inferno: process.env['INFERNO'] ?? 'inferno-collapse-perf',
  perl: process.env['STACKCOLLAPSE_PERF'] ?? 'stackcollapse-perf.pl',
};

/** Commands that fold the capture with our program and others: whole processes, each output written to a file. */
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
 * Profiles from files beside inferno, stackcollapse-perf.pl and perf script, on a capture that it records itself.
 * INFERNO and STACKCOLLAPSE_PERF are the paths of these programs if they are not on PATH. `args`: the number of rounds,
 * default 3.
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
    ...manyRows(fbf, Number(times)),
  ];
  for (const { what, measured, doneAt, goal } of rows)
    process.stdout.write(`${what.padEnd(46)} ${measured.padStart(24)}   done at ${doneAt.padEnd(8)} goal ${goal}\n`);
};
