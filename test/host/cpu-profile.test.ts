import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Host, Sample } from '../../src/lib/api.ts';
import { FridayError } from '../../src/lib/errors.ts';
import { connect } from '../../src/lib/index.ts';
import { openRecording } from '../../src/lib/recording/open.ts';
import { PROGRAMS } from './programs.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { startLoad, whyNoCompiler, type Load } from './loads.ts';
import { whyNoSshd, type Sshd } from './sshd.ts';

const why =
  whyNoSshd() ??
  (PROGRAMS.some(({ name }) => name === 'perf') && whyNoCompiler === undefined ? undefined : 'needs perf and gcc');
const folder = mkdtempSync(join(tmpdir(), 'fbf-cpu-profile-'));
const binary = join(folder, 'spinner');
let sshd: Sshd;
let load: Load;
let host: Host;
let under: HostUnderLoad;

beforeAll(async () => {
  if (why !== undefined) return;
  load = startLoad('spinner', folder);
  under = await hostUnderLoad(load.child, folder, {
    logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' }],
  });
  ({ host, sshd } = under);
});
afterAll(async () => {
  if (why === undefined) await under.stop();
  rmSync(folder, { recursive: true, force: true });
});

const spinner = (answer: Answer<Sample>): Answer<Sample> => answer.filter(({ pid }) => pid === load.child.pid);
const share = (answer: Answer<Sample>, name: string): number =>
  answer.filter(({ stack }) => stack.split(';').includes(name)).size / answer.size;
/** How far a share of so many samples may lie from the truth: 1 % and four standard errors. */
const chance = (part: number, samples: number): number => 0.01 + 4 * Math.sqrt((part * (1 - part)) / samples);
const failure = async (asked: Promise<unknown>): Promise<FridayError> => {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FridayError);
  return error as FridayError;
};

describe.skipIf(why)(`host.profile() over ssh (${why ?? 'runs'})`, () => {
  it.each(['perf', 'bpftrace'])(
    'gives the share of each function, whole stacks and its provenance by %s',
    async (tool) => {
      const planted = load.measure();
      // 397 Hz has no common multiple with the load's 4 ms.
      const all = (await host.profile({ seconds: 5, hz: 397, tool, maxCpu: 4 })) as Answer<Sample>;
      const { scale = NaN } = (await openRecording(all.how.recording)).program('cpu-profile')?.fact.calibration ?? {};
      expect(all.how.overhead.added).toBeCloseTo(scale * all.size * (tool === 'perf' ? 3e-6 : 5e-6), 9);
      const other = planted();
      const answer = spinner(all);
      expect(answer.size).toBeGreaterThan(100); // of 1,985 on a CPU of its own
      expect(Math.abs(share(answer, 'hot') - (1 - other) / 2)).toBeLessThan(chance(0.25, answer.size));
      expect(Math.abs(share(answer, 'other') - other)).toBeLessThan(chance(0.5, answer.size));
      expect(share(answer, 'main')).toBeGreaterThan(0.98);
      for (const { t, comm } of answer.rows()) {
        expect(t).toBeGreaterThanOrEqual(0);
        expect(t).toBeLessThan(5);
        expect(comm).toBe('spinner');
      }
      expect(all.how).toMatchObject({
        question: 'cpu-profile',
        tool,
        reader: '',
        grain: 'events',
        lost: 0,
        coverage: 1,
      });
      expect(all.how.program).toMatch(
        tool === 'perf' ? /^perf record -o - -F 397 / : /bpftrace -f json .*profile:hz:\$1/s,
      );
      expect(all.how.whyNotBetter).toBe(
        tool === 'perf' ? 'It is the first choice for this question.' : "perf: tool: 'bpftrace' was asked for.",
      );
      expect(all.how.overhead.ours.cpu).toBeGreaterThan(0);
      expect((await host.audit()).size).toBe(0);
    },
  );

  it('observes only the processes that it is aimed at', async () => {
    const byName = (await host.profile({ seconds: 2, target: { name: 'spinner' } })) as Answer<Sample>;
    expect(new Set(byName.rows().map(({ comm }) => comm))).toEqual(new Set(['spinner']));
    const none = await failure(host.profile({ seconds: 2, target: { name: 'no-such-name' } }));
    expect(none.what).toContain('no process of the host matches');
  });

  it('shares a window with questions about /proc, and opens again with the same figure where the binary is gone', async () => {
    const names = { profile: 'cpu-profile' as never, cpu: 'mpstat' as never };
    const both: Record<string, Answer> = await host.ask(names, { seconds: 3, hz: 99 });
    const { profile: taken, cpu } = both;
    if (taken === undefined) expect.fail('no profile');
    expect(cpu?.size).toBeGreaterThan(0);
    const first = spinner(taken as Answer<Sample>);
    const stacks = (answer: Answer<Sample>): readonly string[] => answer.rows().map(({ stack }) => stack);
    renameSync(binary, `${binary}.moved`);
    try {
      const again = await connect(`recording:${taken.how.recording}`);
      const profile = (await again.profile()) as Answer<Sample>;
      expect(stacks(spinner(profile))).toEqual(stacks(first));
      expect(share(spinner(profile), 'main')).toBeGreaterThan(0.98);
      expect(profile.how.cannotSee).toEqual(taken.how.cannotSee);
      const rows = (await again.check({ for: ['cpu-profile' as never] })).rows();
      expect(rows.find(({ tool }) => tool === 'perf')).toMatchObject({ verdict: 'yes' });
      await again.close();
    } finally {
      renameSync(`${binary}.moved`, binary);
    }
    expect(existsSync(join(taken.how.recording, 'symbols'))).toBe(true);
  });

  it('is refused before anything starts where the login may not profile the host, with what would help', async () => {
    const plain = await connect(sshd.url('plain'));
    try {
      const error = await failure(plain.profile({ seconds: 1 }));
      expect([error.kind, error.what]).toEqual(['not-allowed', expect.stringContaining('perf_event_paranoid is')]);
      expect(error.next).toContain('sudo sysctl kernel.perf_event_paranoid=0');
      const rows = (await plain.check({ for: ['cpu-profile' as never] })).rows();
      expect(rows.find(({ tool }) => tool === 'perf')).toMatchObject({ verdict: 'not allowed' });
    } finally {
      await plain.close();
    }
  });

  it('gives user code of its own processes to a login that may not profile the host', async () => {
    const plain = await connect(sshd.url('plain'));
    const own = spawn('ssh', ['-F', sshd.config, 'plain', 'sh', '-c', "'echo $$; while :; do :; done'"], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let pid = 0;
    try {
      pid = await new Promise<number>((resolve) => own.stdout.once('data', (text) => { resolve(Number(String(text))); })); // prettier-ignore
      const answer = (await plain.profile({ seconds: 2, hz: 199, target: { pid } })) as Answer<Sample>;
      expect(answer.size).toBeGreaterThan(50);
      expect(new Set(answer.rows().map((row) => row.pid))).toEqual(new Set([pid]));
      expect(answer.how.cannotSee.join(' ')).toContain('kernel code: this login may only sample user code');
    } finally {
      if (pid > 0) process.kill(pid, 'SIGKILL'); // sshd does not end it with the client
      own.kill();
      await plain.close();
    }
  });

  it('runs as root through sudo where that is allowed', async () => {
    const sudoer = await connect(sshd.url('sudoer'), { allow: ['sudo'] });
    try {
      const answer = (await sudoer.profile({ seconds: 2, hz: 199 })) as Answer<Sample>;
      expect(share(spinner(answer), 'main')).toBeGreaterThan(0.98);
    } finally {
      await sudoer.close();
    }
  });

  it('takes only options that it knows', async () => {
    for (const [options, said] of [
      [{ tool: 'strace' }, 'got "strace"'],
      [{ hz: 5000 }, 'up to 1000'],
      [{ callgraph: 'orc' }, "'fp' or 'dwarf' or 'lbr'"],
      [{ need: 'all' }, "'events' or 'histogram' or 'totals'"],
    ] as const)
      expect((await failure(Promise.resolve().then(() => host.profile(options as object)))).what).toContain(said);
  });
});
