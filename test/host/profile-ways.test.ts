import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesOfFile } from '../../src/lib/bytes/bytes.ts';
import type { ByteSource } from '../../src/lib/bytes/peek.ts';
import { valueAt } from '../../src/lib/columns/column.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { readCpuProfileBpftrace, wantedOfCpuProfileBpftrace } from '../../src/lib/sources/bpftrace/cpu-profile.ts';
import { readOffCpuBpftrace, wantedOfOffCpuBpftrace } from '../../src/lib/sources/bpftrace/off-cpu.ts';
import { cpuProfileBpftrace, offCpuBpftrace } from '../../src/lib/sources/bpftrace/programs.ts';
import type { OffCpu } from '../../src/lib/sources/formats/off-cpu-rows.ts';
import { readOffCpuFtrace, wantedOfOffCpuFtrace } from '../../src/lib/sources/ftrace/off-cpu.ts';
import { offCpuFtrace } from '../../src/lib/sources/ftrace/off-cpu-program.ts';
import { readOffCpuPerf } from '../../src/lib/sources/perf-data/off-cpu.ts';
import { cpuProfilePerf, offCpuPerf } from '../../src/lib/sources/perf-data/programs.ts';
import { collectFor } from '../../src/lib/sources/perf-data/wanted.ts';
import { readProfile } from '../../src/lib/sources/profile-reader.ts';
import type { Program } from '../../src/lib/sources/program.ts';
import { frameNames, ROOT, type Profile } from '../../src/lib/stacks/profile.ts';
import { sinceStart } from '../../src/lib/stacks/since-start.ts';
import { collectSymbols, type Wanted } from '../../src/lib/stacks/symbols/collect.ts';
import { hostSymbols } from '../../src/lib/stacks/symbols/host.ts';
import { whyNoFtrace } from './programs.ts';
import { inFunction, offRows, secondsOf } from '../unit/sources/waits.ts';

const dir = mkdtempSync(join(tmpdir(), 'fbf-ways-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const lacks = (tool: string): string | undefined =>
  process.getuid?.() !== 0
    ? 'needs root'
    : tool === 'Ftrace'
      ? (whyNoFtrace() ?? lacks('perl'))
      : spawnSync('sh', ['-c', `command -v ${tool} && command -v gcc`]).status === 0
        ? undefined
        : `needs ${tool} and gcc`;
const versionOf = (argv: readonly [string, string]): string =>
  /\d+\.[\d.]+/.exec(spawnSync(argv[0], [argv[1]], { encoding: 'utf8' }).stdout)?.[0] ?? '';

/** Compiles a C program with frame pointers. */
const compiled = (name: string, source: string): string => {
  const file = join(dir, name);
  execFileSync('gcc', ['-O1', '-fno-omit-frame-pointer', '-pthread', source, '-o', file]);
  return file;
};

/** The mappings of all processes, as the recorder will read them while a program runs. */
const mapsNow = (): Map<number, string> => {
  const maps = new Map<number, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      maps.set(Number(pid), readFileSync(`/proc/${pid}/maps`, 'utf8'));
    } catch {
      // It has ended.
    }
  return maps;
};

interface Recorded {
  readonly file: string;
  readonly maps: Map<number, string>;
  readonly pid: number;
  /** What the observed program printed. */
  readonly said: string;
  /** CLOCK_MONOTONIC before and after, in seconds. */
  readonly from: number;
  readonly to: number;
}

const monotonic = (): number => Number(process.hrtime.bigint()) / 1e9;

/** Runs `argv` from its start to its end beside a program of the library. */
const record = async (program: Program, argv: readonly string[]): Promise<Recorded> => {
  const file = join(dir, `${program.tool}.out`);
  const output = openSync(file, 'w');
  const from = monotonic();
  const [tool = '', ...args] = program.argv;
  const child = spawn(tool, args, { stdio: ['ignore', output, 'ignore'], env: { ...process.env, ...program.env } });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    while (statSync(file).size < 60 && child.exitCode === null) await sleep(20);
    // The first bytes come before the last probe is attached.
    await sleep(1000);
    const observed = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    observed.stdout.on('data', (text: Buffer) => (said += text.toString()));
    const over = new Promise((resolve) => observed.on('close', resolve));
    await sleep(500);
    const maps = mapsNow();
    await over;
    await sleep(100);
    return { file, maps, pid: observed.pid ?? 0, said, from, to: monotonic() };
  } finally {
    child.kill(`SIG${program.stop}`);
    await ended;
    closeSync(output);
  }
};

const own = hostSymbols({ host: true, kernel: true, before: Infinity });
const bytes = ({ file }: Recorded): ByteSource => createReadStream(file);

type Want = (source: ByteSource, maps: Map<number, string>) => Promise<Wanted>;

/** The symbols of a recording, collected on this machine. */
const symbolsOf = async (recorded: Recorded, wanted?: Want): Promise<string> => {
  const folder = join(dir, 'symbols');
  rmSync(folder, { recursive: true, force: true });
  if (wanted === undefined) {
    const data = bytesOfFile(recorded.file);
    await collectFor(data, folder);
    data.close();
  } else collectSymbols(own, await wanted(bytes(recorded), recorded.maps), folder);
  return folder;
};

const perfOptions = { perf: versionOf(['perf', '--version']), kernel: versionOf(['uname', '-r']) };

const offCpuWays = [
  {
    way: 'bpftrace',
    program: offCpuBpftrace(),
    wanted: wantedOfOffCpuBpftrace as Want | undefined,
    read: readOffCpuBpftrace,
  },
  { way: 'perf', program: offCpuPerf(perfOptions), wanted: undefined, read: readOffCpuPerf },
  {
    way: 'Ftrace',
    program: { ...offCpuFtrace(perfOptions), env: { FBF_RUN: `ways_${String(process.pid)}` } },
    wanted: wantedOfOffCpuFtrace,
    read: readOffCpuFtrace,
  },
];

describe.each(offCpuWays)('off-CPU time by $way', ({ way, program, wanted, read }) => {
  const reason = lacks(way);
  const measured = async (): Promise<{ readonly found: OffCpu; readonly recorded: Recorded }> => {
    const waits = compiled('waits', join(packageRoot, 'fixtures', 'off-cpu', 'waits.c'));
    const recorded = await record(program, [waits, '6']);
    const context = { start: recorded.from, maps: recorded.maps, symbols: await symbolsOf(recorded, wanted) };
    return { found: await read(bytes(recorded), context), recorded };
  };

  it.skipIf(reason !== undefined)(`is what the threads measured themselves (${reason ?? 'runs'})`, async () => {
    const { found, recorded } = await measured();
    const rows = offRows(found.table).filter(({ pid }) => pid === recorded.pid);
    // The kernels of some virtual machines do not report every switch. The ways that record events say so and leave such intervals out: then
    // time may be missing, but none is invented.
    const complete = !found.warnings.some((say) => say.includes('not report'));
    const within = (error: number, limit: number, what: string): void => {
      expect(complete ? Math.abs(error) : error, `${what}: ${found.warnings.join('; ')}`).toBeLessThan(limit);
    };
    for (const [, name = '', seconds] of recorded.said.matchAll(/^function (\S+) (\S+)$/gm)) {
      const got = secondsOf(rows, inFunction(name));
      within(got / Number(seconds) - 1, 0.02, name);
    }
    const threads = recorded.said.matchAll(/^thread (\d+) (\S+) (\S+)$/gm).toArray();
    expect(threads).toHaveLength(5);
    for (const [, tid, lived, ran] of threads) {
      const off = secondsOf(rows, (row) => row.tid === Number(tid));
      within((off - (Number(lived) - Number(ran))) / Number(lived), 0.01, `thread ${tid}`);
    }
    const hot = rows.filter(({ comm }) => comm === 'hot');
    expect(secondsOf(hot, ({ state }) => state === 'runnable') / secondsOf(hot, () => true)).toBeGreaterThan(0.9);
    expect(rows.filter(({ comm }) => comm === 'lock').map(({ waker }) => waker)).toContain('owner');
    expect(found.span?.from).toBeGreaterThan(0);
    expect(found.span?.to).toBeLessThan(recorded.to - recorded.from + 10);
  });
});

const C = `
#include <stdio.h>
#include <time.h>
volatile double sink;
static double cpu(void) { struct timespec t; clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); return t.tv_sec + t.tv_nsec / 1e9; }
__attribute__((noinline)) void hot(void) { double s = 0; for (long i = 1; i < 200000; i++) s += 1.0 / i; sink = s; }
__attribute__((noinline)) void cold(void) { double s = 1; for (long i = 1; i < 200000; i++) s += 1.0 / i; sink = s; }
int main(void) {
  double in_hot = 0, from = cpu();
  while (cpu() - from < 5) {
    double begin = cpu();
    for (int i = 0; i < 30; i++) hot();
    in_hot += cpu() - begin;
    for (int i = 0; i < 10; i++) cold();
  }
  printf("%f\\n", in_hot / (cpu() - from));
}
`;

const cpuWays = [
  { way: 'perf', program: cpuProfilePerf({ ...perfOptions, hz: 999 }) },
  { way: 'bpftrace', program: cpuProfileBpftrace({ hz: 999 }) },
] as const;

describe.each(cpuWays)('a CPU profile by $way', ({ way, program }) => {
  const reason = lacks(way);
  const profileOf = async (recorded: Recorded): Promise<Profile> => {
    if (way === 'perf')
      return sinceStart(await readProfile(bytes(recorded), { symbols: await symbolsOf(recorded) }), recorded.from);
    const symbols = await symbolsOf(recorded, wantedOfCpuProfileBpftrace);
    return readCpuProfileBpftrace(bytes(recorded), { start: recorded.from, maps: recorded.maps, symbols });
  };

  it.skipIf(reason !== undefined)(`gives the share of a hot function, and when (${reason ?? 'runs'})`, async () => {
    const source = join(dir, 'hot.c');
    writeFileSync(source, C);
    const recorded = await record(program, [compiled('hot', source)]);
    const profile = await profileOf(recorded);
    const { pid, stack, t, comm } = profile.samples.data;
    const counts = { hot: 0, cold: 0, idle: 0 };
    for (let i = 0; i < profile.samples.size; i++) {
      if (comm !== undefined && /^swapper/.test(String(valueAt(comm, i)))) counts.idle++;
      if (pid === undefined || valueAt(pid, i) !== recorded.pid || stack === undefined) continue;
      const names = frameNames(profile, Number(valueAt(stack, i) ?? ROOT));
      if (names.includes('hot')) counts.hot++;
      else if (names.includes('cold')) counts.cold++;
      const at = Number(t === undefined ? NaN : valueAt(t, i));
      expect(at).toBeGreaterThan(0);
      expect(at).toBeLessThan(recorded.to - recorded.from);
    }
    expect(counts.hot + counts.cold).toBeGreaterThan(1000);
    expect(Math.abs(counts.hot / (counts.hot + counts.cold) - Number(recorded.said))).toBeLessThan(0.02);
    // A CPU without work is not a function.
    expect(counts.idle).toBe(0);
  });
});

it.skipIf(lacks('perf') !== undefined)(
  `perf.data from a pipe that SIGINT ended, or that was cut, gives the samples that came (${lacks('perf') ?? 'runs'})`,
  async () => {
    const recorded = await record(cpuProfilePerf({ ...perfOptions, hz: 99 }), [
      'sh',
      '-c',
      'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done',
    ]);
    const whole = await readProfile(bytes(recorded));
    expect(whole.warnings.filter((say) => !say.startsWith('no symbols of'))).toEqual([]);
    const data = readFileSync(recorded.file);
    let before = 0;
    for (let i = 1; i < 50; i++) {
      const part = data.subarray(0, Math.floor((data.length * i) / 50));
      const cut = await readProfile(
        (async function* () {
          yield await Promise.resolve(part);
        })(),
      );
      expect(cut.samples.size).toBeGreaterThanOrEqual(before);
      before = cut.samples.size;
    }
    expect(whole.samples.size).toBeGreaterThanOrEqual(before);
    expect(before).toBeGreaterThan(0);
  },
);
