import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { processes } from '../../src/lib/sources/proc/processes.ts';
import { frameDecoder } from '../../src/recorder/sampler/frames.ts';
import type { SamplerPlan } from '../../src/recorder/sampler/plan.ts';
import { samplerScript } from '../../src/recorder/sampler/script.ts';

/** Before the first look: a tool's start, and its first sample, which is dearer than the others. */
const WARM = 2.5;

/** Forks processes that sleep, and some that wake 20 times a second and work a little. */
const LOAD = `
my ($n, $active) = @ARGV;
$SIG{TERM} = sub { kill "KILL", @p; exit };
for my $i (1 .. $n) {
  my $p = fork // die "fork: $!";
  if (!$p) { $SIG{TERM} = "DEFAULT"; if ($i > $active) { sleep 86400 } while (1) { select undef, undef, undef, 0.05; my $x = 0; $x += $_ for 1 .. 200 } }
  push @p, $p;
}
$| = 1; print "ready\\n"; sleep 86400;
`;

const startLoad = async (count: number, active: number): Promise<ChildProcess> => {
  const load = spawn('perl', ['-e', LOAD, String(count), String(active)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(load.stdout, 'data');
  return load;
};

/** CPU seconds of a process and of the children that it waited for, from /proc/PID/stat. */
const cpuOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
};

/** CPU milliseconds that a tool takes for a sample, at one a second. */
const costOf = async (argv: readonly string[], seconds: number, input = ''): Promise<number> => {
  const [program = '', ...args] = argv;
  const tool = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  tool.stdout.resume();
  tool.stdin.end(input);
  const exited = once(tool, 'exit');
  try {
    const pid = tool.pid ?? 0;
    await pause(WARM * 1000);
    const before = cpuOf(pid);
    await pause(seconds * 1000);
    return ((cpuOf(pid) - before) * 1000) / seconds;
  } finally {
    tool.kill('SIGKILL');
    await exited;
  }
};

const planOf = (seconds: number): SamplerPlan => {
  const read = ['stat', 'status', 'schedstat', 'io'].map((file) => `/proc/[0-9]*/${file}`);
  const streams = [
    { name: 'proc.pid', hz: 1, recipe: { read, perProcess: true } as const },
    { name: processes.name, hz: 1, recipe: processes.recipe },
  ];
  return { streams, seconds, maxCpu: 1, nonce: '0123456789abcdef' };
};

/** Whether the sampler's output is what a recorder can decode, so that the figure is of something useful. */
const checked = async (): Promise<number> => {
  const plan = planOf(2);
  const tool = spawn('sh', ['-s'], { stdio: ['pipe', 'pipe', 'ignore'] });
  tool.stdin.end(samplerScript(plan, 'perl'));
  const decoder = frameDecoder(plan, 'perl');
  let files = 0;
  for await (const bytes of tool.stdout)
    for (const frame of decoder.push(bytes as Uint8Array)) if (frame.kind === 'sample') files += frame.files.length;
  return files;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Prints what sampling every process costs the host: ours beside pidstat and atop, in turn, on the same processes. */
export const hostCostBench = async (count: number, active: number, seconds: number, rounds: number): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'fbf-bench-'));
  const load = await startLoad(count, active);
  const tools: Record<string, () => Promise<number>> = {
    'ours (stat status schedstat io + table)': () => costOf(['sh', '-s'], seconds, samplerScript(planOf(600), 'perl')),
    'pidstat -urd 1': () => costOf(['pidstat', '-urd', '1'], seconds),
    'atop -w FILE 1': () => costOf(['atop', '-w', join(folder, 'atop'), '1'], seconds),
  };
  try {
    const seen = await checked();
    process.stdout.write(`${count} processes, ${active} of them active; ${seen} files in two samples\n`);
    const all: Record<string, number[]> = {};
    for (let round = 0; round < rounds; round++)
      for (const [name, run] of Object.entries(tools)) (all[name] ??= []).push(await run());
    const ours = median(Object.values(all)[0] ?? []);
    for (const [name, values] of Object.entries(all))
      process.stdout.write(
        `  ${name.padEnd(40)} ${median(values).toFixed(1).padStart(7)} ms CPU a sample` +
          `${median(values) === ours ? '' : `  = ${(median(values) / ours).toFixed(1)} x ours`}\n`,
      );
  } finally {
    load.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
};
