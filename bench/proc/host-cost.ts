import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processes } from '../../src/lib/sources/proc/processes.ts';
import { frameDecoder } from '../../src/recorder/sampler/frames.ts';
import type { SamplerPlan } from '../../src/recorder/sampler/plan.ts';
import { samplerScript } from '../../src/recorder/sampler/script.ts';

/** Processes that sleep, and some that wake. */
const LOAD = join(import.meta.dirname, 'processes.pl');

const startLoad = async (count: number, active: number): Promise<ChildProcess> => {
  const load = spawn('perl', [LOAD, String(count), String(active)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(load.stdout, 'data');
  return load;
};

/** Output of the shell's \`times\`: `0m1.234s 0m0.567s`. */
const TIMES = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/;

/** CPU time of a tool from start to end, including children that it waited for. */
interface Cost {
  readonly seconds: number;
  readonly output: Buffer;
}

const costOf = async (argv: readonly string[], input = ''): Promise<Cost> => {
  const shell = spawn('bash', ['-c', '"$@"; times >&2', 'bash', ...argv], { stdio: 'pipe' });
  shell.stdin.end(input);
  const parts: Buffer[] = [];
  let said = '';
  shell.stdout.on('data', (part: Buffer) => parts.push(part));
  shell.stderr.on('data', (part: Buffer) => (said += part.toString()));
  await once(shell, 'close');
  const [, m = '', s = '', m2 = '', s2 = ''] = TIMES.exec(said) ?? [];
  return { seconds: Number(m) * 60 + Number(s) + Number(m2) * 60 + Number(s2), output: Buffer.concat(parts) };
};

const planOf = (seconds: number): SamplerPlan => {
  const read = ['stat', 'status', 'schedstat', 'io'].map((file) => `/proc/[0-9]*/${file}`);
  const streams = [
    { name: 'proc.pid', hz: 1, recipe: { read, perProcess: true } as const },
    { name: processes.name, hz: 1, recipe: processes.recipe },
  ];
  return { streams, seconds, maxCpu: 1, nonce: '0123456789abcdef' };
};

/**
 * Our cost over all samples taken, including the first, complete one. On a busy host no tool keeps its interval, so
 * each is measured per sample rather than per second.
 */
const ours = async (samples: number): Promise<number> => {
  const plan = planOf(samples);
  const { seconds, output } = await costOf(['sh', '-s'], samplerScript(plan, 'perl'));
  const frames = frameDecoder(plan, 'perl').push(output);
  return seconds / frames.filter((frame) => frame.kind === 'sample' && frame.stream === 'proc.pid').length;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/**
 * Prints the cost on the host of sampling every process: ours beside pidstat and atop, alternating, on the same
 * processes.
 */
export const hostCostBench = async (count: number, active: number, samples: number, rounds: number): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'fbf-bench-'));
  const load = await startLoad(count, active);
  const times = String(samples);
  const tools: Record<string, () => Promise<number>> = {
    'ours (stat status schedstat io + table)': () => ours(samples),
    'pidstat -urd 1': async () => (await costOf(['pidstat', '-urd', '1', times])).seconds / samples,
    'atop -w FILE 1': async () => (await costOf(['atop', '-w', join(folder, 'atop'), '1', times])).seconds / samples,
  };
  try {
    process.stdout.write(`${count} processes, ${active} of them active, ${samples} samples, ${rounds} rounds\n`);
    const all: Record<string, number[]> = {};
    for (let round = 0; round < rounds; round++)
      for (const [name, run] of Object.entries(tools)) (all[name] ??= []).push(await run());
    const base = median(Object.values(all)[0] ?? []);
    for (const [name, values] of Object.entries(all))
      process.stdout.write(
        `  ${name.padEnd(40)} ${(median(values) * 1000).toFixed(1).padStart(7)} ms CPU per sample` +
          `${median(values) === base ? '' : `  = ${(median(values) / base).toFixed(1)} x ours`}\n`,
      );
  } finally {
    load.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
};
