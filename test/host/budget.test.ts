import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, CheckRow, PlanRow } from '../../src/lib/api.ts';
import { connect } from '../../src/lib/index.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { PROGRAMS } from './programs.ts';
import { whyNoSshd } from './sshd.ts';

/** A memory cgroup of 100 MB in which the sshd runs, and so each login; undefined where none can be made. */
const smallCgroup = (): string | undefined => {
  const top = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup'].find((dir) => existsSync(join(dir, 'cgroup.procs')));
  if (top === undefined) return undefined;
  const dir = join(top, `fbf-test-${String(process.pid)}`);
  try {
    mkdirSync(dir);
    writeFileSync(join(dir, top.endsWith('memory') ? 'memory.limit_in_bytes' : 'memory.max'), '100000000');
    return dir;
  } catch {
    if (existsSync(dir)) rmdirSync(dir);
    return undefined;
  }
};

const why =
  whyNoSshd() ??
  (PROGRAMS.length === 2 && spawnSync('gcc', ['--version']).status === 0 ? undefined : 'needs perf, bpftrace and gcc');
const folder = mkdtempSync(join(tmpdir(), 'fbf-budget-'));
const cgroup = why === undefined ? smallCgroup() : undefined;
let load: ChildProcess;
let under: HostUnderLoad;

beforeAll(async () => {
  if (why !== undefined) return;
  const program = join(folder, 'switches');
  expect(spawnSync('gcc', ['-O2', '-o', program, join(import.meta.dirname, 'switches.c')]).status).toBe(0);
  // Both processes on one CPU: each wakeup is a context switch, however busy the other CPUs are.
  load = spawn('taskset', ['-c', '0', program], { stdio: 'ignore' });
  const before = cgroup === undefined ? [] : [`echo $$ >${cgroup}/cgroup.procs`];
  under = await hostUnderLoad(load, folder, { before });
});
afterAll(async () => {
  if (why === undefined) await under.stop();
  rmSync(folder, { recursive: true, force: true });
  if (cgroup !== undefined) rmdirSync(cgroup);
});

/** The figures of a refusal. */
const COST = /[\d,]+ context switches\/s \(measured for 0\.2 s, [\d.]+ us each on this host\) would cost about [\d.]+ % of one CPU, more than maxCpu \(5 %\)/; // prettier-ignore

describe.skipIf(why)(`limits on a host with many context switches (${why ?? 'runs'})`, () => {
  it('ask refuses a tracer that would cost more than 5 % of a CPU, with the figures and what would help', async () => {
    const refused = await under.host.offcpu({ seconds: 2 }).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    expect(refused).toMatchObject({ kind: 'over-limit' });
    expect(refused?.message).toMatch(COST);
    expect(refused?.message).toMatch(/\nWhat would help: .*maxCpu: '\d+%'.*ask\('wait-samples'\)/);
  });

  it('check and plan say the same without starting anything', async () => {
    const checked = (await under.host.check({ for: ['off-cpu'] as never })).rows() as readonly CheckRow[];
    expect(checked.map(({ verdict }) => verdict)).toEqual(['no', 'no', 'no']);
    for (const { cannotSee, fix } of checked) expect(`${cannotSee} ${fix}`).toMatch(/would cost .* maxCpu: '\d+%'|memory/); // prettier-ignore
    const planned = (await under.host.plan('off-cpu' as never, { tool: 'perf' })).rows() as readonly PlanRow[];
    expect(planned.find(({ tool, step }) => tool === 'perf' && step === 'skip')?.why).toMatch(COST);
    expect(((await under.host.check({ for: ['cpu-profile'] as never })).rows() as readonly CheckRow[])[0]).toMatchObject({ verdict: 'yes', tool: 'perf' }); // prettier-ignore
  });

  it('with a higher maxCpu it answers, and says what the traced tasks paid', async () => {
    const answer = (await under.host.offcpu({ seconds: 2, maxCpu: 8, tool: 'perf' })) as Answer;
    expect(answer.how).toMatchObject({ tool: 'perf', question: 'off-cpu' });
    expect(answer.how.overhead.added).toBeGreaterThan(0.01);
    expect(answer.how.overhead.calibration).toMatch(/^calibrated: [\d.]+ times .*cat opened 512 empty files in [\d.]+ ms of CPU time/); // prettier-ignore
    const again = await connect(`recording:${answer.how.recording}`);
    expect(((await again.ask('off-cpu' as never)) as Answer).how.overhead).toEqual(answer.how.overhead);
    await again.close();
  });

  it('a tool that needs more memory than maxMemory is left out, and the answer says why', async () => {
    const answer = (await under.host.offcpu({ seconds: 1, maxCpu: 8, maxMemory: '60MB' })) as Answer;
    expect(answer.how.tool).toBe('perf');
    expect(answer.how.whyNotBetter).toBe('bpftrace: it needs about 120 MB of memory, more than maxMemory (60 MB).');
  });

  it.skipIf(cgroup === undefined)('as is one that needs more than the cgroup of the login has left', async () => {
    const answer = (await under.host.offcpu({ seconds: 1, maxCpu: 8 })) as Answer;
    expect(answer.how.tool).toBe('perf');
    expect(answer.how.whyNotBetter).toMatch(/^bpftrace: it needs about 120 MB of memory; the cgroup \/.*fbf-test-\d+, in which the login is, has 100 MB and uses [\d.]+ MB\.$/); // prettier-ignore
    expect((await under.host.audit()).size).toBe(0);
  });
});

/** A program that computes, or holds 30 MB, for a minute. */
const COMPUTES = ['sh', '-c', 'echo begin; while :; do :; done'];
const HOLDS = ['perl', '-e', '$| = 1; print "begin\\n"; my $size = 3e7; my $held = "x" x $size; sleep 60'];

describe.skipIf(why)(`a program that goes over a limit while it runs (${why ?? 'runs'})`, () => {
  it.each([
    ['maxCpu', COMPUTES, { maxCpu: '5%' }, /sh used [\d.]+ % of one CPU for \d+ s, more than maxCpu \(5 %\)\.$/],
    ['maxMemory', HOLDS, { maxMemory: '10MB' }, /perl used [\d.]+ MB of memory, more than maxMemory \(10 MB\)\.$/],
  ] as const)('%s: it is stopped, its output is kept, and the answer says so', async (_limit, argv, limits, said) => {
    const answer = await under.host.run(argv, { seconds: 60, ...limits });
    expect(answer.rows()).toEqual([{ line: 'begin' }]);
    expect(answer.how.cut).toMatch(/^Cut after \d+(\.\d)? of 60 s: /);
    expect(answer.how.cut).toMatch(said);
    expect(answer.how.coverage).toBeLessThan(0.7);
    expect((await under.host.audit()).size).toBe(0);
  });

  it('without a limit of the caller it runs to its end', async () => {
    const answer = await under.host.run(COMPUTES, { seconds: 8 });
    expect(answer.how.overhead.ours.cpu).toBeGreaterThan(1);
    expect(answer.how.cut).toBeUndefined();
  });
});
