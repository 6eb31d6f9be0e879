import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from './bundled.ts';
import type { Row } from './profiles-timed.ts';

const folder = process.env['FBF_BENCH_DIR'] ?? join(tmpdir(), 'fast-by-friday-bench');
const ENOUGH = 3_000_000;
const ROUNDS = 5;

/** Two processes that pass a byte back and forth switch about 100,000 times per second. */
const load = (seconds: number): readonly string[] => [
  'stress-ng',
  '--quiet',
  '--switch',
  '2',
  '--pipe',
  '2',
  '-t',
  `${seconds}s`,
];

let reader = '';
const ours = (file: string): readonly string[] => [process.execPath, reader, file];

const run = (argv: readonly string[], stdout: 'pipe' | 'ignore'): { seconds: number; text: string } => {
  const began = performance.now();
  const { status, stdout: text }: { status: number | null; stdout: string } = spawnSync(argv[0] ?? '', argv.slice(1), {
    stdio: ['ignore', stdout, 'ignore'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${argv.slice(0, 2).join(' ')} ended with ${status}`);
  return { seconds: (performance.now() - began) / 1000, text };
};

/** Records longer until there are enough events; an existing capture is reused. */
const captured = (): string => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'tracepoints.data');
  const events = (): number => Number(run(ours(file), 'pipe').text);
  for (let seconds = 8; seconds <= 120 && (!existsSync(file) || events() < ENOUGH); seconds *= 2) {
    const part = `${file}.part`;
    rmSync(part, { force: true });
    const argv = [
      'perf',
      'record',
      '-q',
      '-a',
      '-m',
      '4096',
      '-e',
      'sched:sched_switch,sched:sched_wakeup',
      '-o',
      part,
      '--',
    ];
    run([...argv, ...load(seconds)], 'ignore');
    renameSync(part, file);
  }
  return file;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Tracepoints to columns beside `perf script`: whole processes, alternating. */
export const rows = async (rounds = ROUNDS): Promise<Row[]> => {
  reader = await bundled('tracepoints-read');
  const file = captured();
  const events = Number(run(ours(file), 'pipe').text);
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    mine.push(run(ours(file), 'pipe').seconds);
    theirs.push(run(['perf', 'script', '-i', file], 'ignore').seconds);
  }
  const [a, b] = [median(mine), median(theirs)];
  process.stdout.write(
    `  ${(statSync(file).size / 1e6).toFixed(0)} MB of ${events} tracepoints: ours ${a.toFixed(2)} s, perf script ${b.toFixed(2)} s, medians of ${rounds}\n`,
  );
  return [{ what: 'tracepoints -> columns / perf script', measured: (a / b).toFixed(3), doneAt: '0.08', goal: '0.03' }];
};

/** Prints only this row. */
export const bench = async (): Promise<void> => {
  for (const { what, measured, doneAt, goal } of await rows())
    console.log(`${what}  ${measured}  (done at ${doneAt}, goal ${goal})`);
};

export { bench as run };
