import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { cpuProfile } from '../../../src/lib/questions/cpu-profile.ts';
import { offCpu } from '../../../src/lib/questions/off-cpu.ts';
import type { HostRights, ProgramOptions } from '../../../src/lib/questions/way.ts';
import type { Calibration, Manifest } from '../../../src/lib/recording/format.ts';
import type { Budget } from '../../../src/lib/session/budget.ts';
import { byProgram } from '../../../src/lib/session/by-program.ts';
import { calibrationOf } from '../../../src/lib/session/load/calibration.ts';
import { loadScript, readLoad } from '../../../src/lib/session/load/load.ts';
import { judgeWays, orderFor } from '../../../src/lib/session/ways.ts';

const counted = (from: number, to: number, threads = ''): string =>
  `available\t4000000\nat\t10.00\nswitches\t0\n${threads}at\t10.20\nswitches\t${String(to - from)}\n${threads}`;

describe('the load of a host', () => {
  test('is read from /proc by a script, here by that of this machine', () => {
    const script = loadScript([process.pid], { counts: true, calibrates: true });
    const load = readLoad(execFileSync('sh', { input: script, encoding: 'utf8' }));
    expect(load.available).toBeGreaterThan(1e6);
    expect(load.switches).toBeGreaterThan(0);
    expect(load.ofTarget).toBeGreaterThanOrEqual(0);
    expect(load.switches).toBeGreaterThanOrEqual(load.ofTarget ?? Infinity);
    expect(load.work).toEqual({ by: 'GNU', files: 512, seconds: expect.any(Number) as number });
    expect(load.work?.seconds).toBeGreaterThan(0);
  });

  test('is read without waiting if nothing is to be counted and the host is calibrated', () => {
    const script = loadScript([process.pid], { counts: false, calibrates: false });
    const load = readLoad(execFileSync('sh', { input: script, encoding: 'utf8' }));
    expect(load).toMatchObject({ switches: undefined, ofTarget: undefined, work: undefined });
    expect(load.available).toBeGreaterThan(1e6);
  });

  test('has the switches per second of the host and of the threads of a target; an ended thread takes nothing away', () => {
    const said = [
      'noise of a login shell',
      ...['at\t10.00', 'switches\t1000', 'thread\t7\t90', 'thread\t7\t10', 'thread\t8\t5000'],
      ...['at\t10.50', 'switches\t3000', 'thread\t7\t130', 'thread\t7\t10', 'thread\t9\t60'],
    ].join('\n');
    expect(readLoad(said)).toEqual({
      available: undefined,
      cgroup: undefined,
      switches: 4000,
      ofTarget: 200,
      work: undefined,
    });
  });

  test('has the cgroup with the least room; pages that the kernel can drop count as free', () => {
    const said = [
      'cgroup\t9223372036854771712\t50\t0\t/v1/without/limit',
      'cgroup\tmax\t50\t0\t/user.slice/user-0.slice',
      'cgroup\t900000000\t800000000\t600000000\t/user.slice',
      'cgroup\t500000000\t450000000\t0\t/a b\tc',
    ].join('\n');
    expect(readLoad(said).cgroup).toEqual({ path: '/a b c', limit: 5e8, used: 4.5e8 });
  });

  test('is unknown where nothing could be read', () => {
    expect(readLoad('available\t\nat\t\nswitches\t\nat\t\nswitches\t\n')).toEqual({
      available: undefined,
      cgroup: undefined,
      switches: undefined,
      ofTarget: undefined,
      work: undefined,
    });
  });
});

const host: HostRights = {
  os: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.1.0',
  arch: 'x86_64',
  tools: { perf: '/usr/bin/perf', bpftrace: '/usr/bin/bpftrace', perl: '/usr/bin/perl' },
  versions: {},
  root: true,
  perfEventParanoid: 2,
  lockdown: 'none',
  pmu: false,
};

const budget = (said: string, limits: Partial<Budget> = {}): Budget => ({
  seconds: 10,
  cpus: 4,
  memory: 8e9,
  load: readLoad(said),
  calibration: calibrationOf(undefined),
  ...limits,
});

/** The tools that are started, and why the others are not. */
const judged = (
  given: Budget,
  options: ProgramOptions = {},
  question = offCpu as typeof offCpu | typeof cpuProfile,
) => {
  const { able, unable } = judgeWays({ question }, options, { host, budget: given });
  return { able: able.map(({ tool }) => tool), unable: unable.map(([{ tool }, { why }]) => `${tool}: ${why}`) };
};

/** Every tool of off-cpu. */
const ALL = ['bpftrace', 'perf', 'Ftrace'];

describe('a way is left out', () => {
  test('if its events would cost more than 5 % of a CPU now, or than maxCpu', () => {
    const busy = counted(0, 20_000); // 100,000 switches per second
    expect(judged(budget(busy)).able).toEqual([]);
    expect(judged(budget(busy, { maxCpu: 0.62 })).able).toEqual(['bpftrace']);
    expect(judged(budget(busy, { maxCpu: 0.7 })).able).toEqual(ALL);
    expect(judged(budget(counted(0, 200))).able).toEqual(ALL);
  });

  test('by the events of a target, and a little for each one of others', () => {
    const target = { pids: [7] };
    const said = counted(0, 6000).replace('switches\t6000\n', 'switches\t6000\nthread\t7\t300\n').replace('switches\t0\n', 'switches\t0\nthread\t7\t100\n'); // prettier-ignore
    expect(judged(budget(said)).able).toEqual([]);
    expect(judged(budget(said), { target }).able).toEqual(['bpftrace']);
    expect(judged(budget(said, { maxCpu: 0.02 }), { target }).unable[0]).toMatch(/1,000 context switches\/s of the target and 29,000 others\/s \(measured/); // prettier-ignore
  });

  test('if its samples would cost more', () => {
    const large = { ...budget(counted(0, 200)), cpus: 128 };
    expect(judged(large, {}, cpuProfile).able).toEqual(['perf']);
    expect(judged(large, { hz: 999 }, cpuProfile).unable[0]).toContain('at most 128,000 samples/s on 128 CPUs (1 us each, not calibrated) would cost perf itself about 12.8 %'); // prettier-ignore
    expect(judged({ ...large, maxCpu: 0.05 }, { hz: 999 }, cpuProfile).unable[0]).toContain('would cost about 51.1 %');
    expect(judged({ ...large, cpus: 512 }, {}, cpuProfile).able).toEqual(['perf']);
    expect(judged({ ...large, maxCpu: 2 }, {}, cpuProfile).able).toEqual(['perf', 'bpftrace']);
  });

  test('by what an event costs on that host', () => {
    const said = counted(0, 1400); // 7,000 switches per second
    const slow = calibrationOf({ by: 'GNU', files: 512, seconds: 11.6e-3 });
    expect(judged(budget(said)).able).toEqual(ALL);
    expect(judged(budget(said, { calibration: slow }))).toEqual({ able: [], unable: [expect.stringContaining('7,000 context switches/s (measured for 0.2 s, 12 us each on this host) would cost about 8.54 % of one CPU'), expect.stringContaining('13 us each on this host'), expect.stringContaining('us each on this host')] }); // prettier-ignore
    const order = orderFor({ question: offCpu }, {}, { host, budget: budget(said, { maxCpu: 1, calibration: slow }) });
    expect(order?.calibration).toEqual(slow);
  });

  test('if its output would be larger than maxBytes', () => {
    const given = budget(counted(0, 1000), { maxBytes: 1e6 }); // 5,000 switches per second
    expect(judged(given)).toEqual({ able: ['bpftrace'], unable: ['14 MB', '16 MB'].map((size): unknown => expect.stringContaining(`would give about ${size}, more than maxBytes (1 MB)`)) }); // prettier-ignore
  });

  test('if the host, or the cgroup of the login, has not as much memory', () => {
    const scarce = counted(0, 200).replace('4000000', '300000');
    expect(judged(budget(scarce)).able).toEqual(['perf', 'Ftrace']);
    expect(judged(budget(scarce)).unable).toEqual(['bpftrace: it needs about 120 MB of memory; of the host\'s 307 MB (MemAvailable) 256 MB are to stay free']); // prettier-ignore
    expect(judged(budget(scarce, { memory: 1e9 })).able).toEqual(ALL);
    const inside = `cgroup\t100000000\t40000000\t10000000\t/user.slice\n${counted(0, 200)}`;
    expect(judged(budget(inside)).unable).toEqual(['bpftrace: it needs about 120 MB of memory; the cgroup /user.slice, in which the login is, has 100 MB and uses 30 MB']); // prettier-ignore
  });

  test('and nothing is left out for what could not be read', () => {
    expect(judged(budget('')).able).toEqual(ALL);
  });
});

test('a program that was cut in a recording that went on is cut in its answer', () => {
  const program = { tool: 'bpftrace', argv: ['bpftrace'], stop: 'INT', grace: 1 } as const;
  const why = 'it used 31 % of one CPU for 4 s, more than maxCpu (5 %)';
  const fact = {
    program,
    status: 'cut',
    why,
    began: -0.5,
    ended: 6,
    bytes: 9,
    cpu: 2,
    memory: 1e8,
    refused: [],
  } as const;
  const way = { grain: 'totals', cannotSee: [] } as const;
  const table = { size: 1, data: {}, docs: {} };
  const manifest = { status: 'complete', seconds: 10, overhead: { cpu: 2, memory: 1e8, bytes: 9, wall: 10 } };
  const how = byProgram({ way, fact, table, cannotSee: [], lost: 0 }, manifest as unknown as Manifest);
  expect(how).toMatchObject({ cut: `Cut after 6 of 10 s: ${why}.`, coverage: 0.6 });
  expect(how.overhead).toMatchObject({ added: 0 });
  const added = (calibration?: Calibration) => byProgram({ way, fact: calibration === undefined ? fact : { ...fact, calibration }, table, cannotSee: [], lost: 0, added: 0.2 }, manifest as unknown as Manifest).overhead; // prettier-ignore
  expect(added({ scale: 2, say: 'calibrated: 2 times' })).toMatchObject({ added: 0.4, calibration: 'calibrated: 2 times' }); // prettier-ignore
  expect(added()).toMatchObject({ added: 0.2, calibration: expect.stringMatching(/^not calibrated: /) as string });
});

test('an ask that no tool can answer within the limits says so, with the figures and what would help', () => {
  const order = (): unknown => orderFor({ question: offCpu }, {}, { host, budget: budget(counted(0, 20_000)) });
  expect(order).toThrow(expect.objectContaining({ kind: 'over-limit' }));
  expect(order).toThrow(/^off-cpu: no tool of this host can answer it within the limits\. bpftrace: 100,000 context switches\/s .* 61 % of one CPU, more than maxCpu \(5 %\).*\nWhat would help: bpftrace: target: .* or maxCpu: '77%' .* or ask\('wait-samples'\)/s); // prettier-ignore
});
