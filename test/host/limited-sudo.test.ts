import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/lib/index.ts';
import { openRecording } from '../../src/lib/recording/open.ts';
import { sayWarning } from '../../src/lib/recording/warning.ts';
import type { Answer, AskOptions, CheckRow, Host } from '../../src/lib/api.ts';
import { startSshd, whyNoSshd, whyNot, type Sshd } from './sshd.ts';

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
const why = whyNoSshd() ?? whyNot('sudo') ?? (has('perf') && has('bpftrace') ? undefined : 'needs perf and bpftrace');
const dir = mkdtempSync(join(tmpdir(), 'fbf-sudo-'));
const QUESTIONS = ['cpu-profile', 'off-cpu', 'cpu-counters', 'proc.pid.io'];

let sshd: Sshd;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({
    logins: [
      { name: 'perfonly', sudo: 'ALL=(root) NOPASSWD: /usr/bin/perf' },
      { name: 'tracers', sudo: 'ALL=(root) NOPASSWD: /usr/bin/perf, SETENV: /usr/bin/bpftrace' },
    ],
    before: ['mount -o remount,hidepid=0 /proc'],
  });
  process.env['FBF_SSH_CONFIG'] = sshd.config;
  process.env['FBF_RECORDINGS'] = dir;
});
afterAll(() => {
  if (why === undefined) sshd.stop();
  delete process.env['FBF_SSH_CONFIG'];
  delete process.env['FBF_RECORDINGS'];
  rmSync(dir, { recursive: true, force: true });
});

const on = async <T>(login: string, allow: readonly 'sudo'[], work: (host: Host) => Promise<T>): Promise<T> => {
  const host = await connect(sshd.url(login), { allow, maxCpu: 16 });
  try {
    return await work(host);
  } finally {
    await host.close();
  }
};
const check = (login: string, allow: readonly 'sudo'[]): Promise<readonly CheckRow[]> =>
  on(login, allow, async (host) => (await host.check({ for: QUESTIONS as never })).rows());
const ask = (login: string, question: string, options: AskOptions = {}): Promise<Answer> =>
  on(login, ['sudo'], (host) => host.ask(question as never, { seconds: 3, ...options }) as Promise<Answer>);
/** The tools that run inside the machine, and what sudo holds there. */
const tracing = (): string =>
  sshd.inside('ps -e -o comm= | grep -E "^(perf|bpftrace|sudo|sleep)$" | sort | uniq -c || :').trim();
/** Until no tool runs inside any more: a program that is bounded by its own limit would take 90 s. */
const gone = async (): Promise<void> => {
  for (let tries = 0; tries < 200 && /perf|bpftrace|sudo/.test(tracing()); tries++) await sleep(100);
  expect(tracing()).not.toMatch(/perf|bpftrace|sudo/);
};

describe.skipIf(why)(`a login that sudo lets run single tools (${why ?? 'runs'})`, () => {
  it('can answer what they answer, and the check says through what', async () => {
    const rows = await check('perfonly', ['sudo']);
    const perf = rows.filter(({ tool }) => tool === 'perf');
    expect(perf.map(({ question, verdict }) => `${question}: ${verdict}`)).toEqual([
      'cpu-profile: yes',
      'off-cpu: yes',
      'cpu-counters: yes',
    ]);
    expect(perf[0]?.costs).toContain('runs sudo -n /usr/bin/perf record');
    expect(rows.find(({ tool }) => tool === 'bpftrace')?.verdict).toBe('not allowed');
    const io = rows.find(({ question }) => question === 'proc.pid.io');
    expect(io?.verdict).toBe('partly');
    expect(io?.fix).toContain('have sudoers allow this login more than perf');
  });

  it('is told so by a check without sudo', async () => {
    const rows = await check('perfonly', []);
    const [perf] = rows.filter(({ tool, question }) => tool === 'perf' && question === 'off-cpu');
    expect(perf?.verdict).toBe('not allowed');
    expect(perf?.fix).toContain("allow: ['sudo']");
    expect(perf?.fix).toContain('sudo lets this login run perf');
  });

  it('profiles the kernel and other users by perf, reads the rest as the login, and leaves nothing', async () => {
    const profile = await ask('perfonly', 'cpu-profile');
    expect(profile.how.tool).toBe('perf');
    expect(profile.how.program).toMatch(/^sudo -n \/usr\/bin\/perf record .* -- sleep \d+$/);
    expect(profile.how.coverage).toBeGreaterThan(0.9);
    expect(profile.size).toBeGreaterThan(0);
    await gone();
    const counters = await ask('perfonly', 'cpu-counters');
    expect(counters.rows().length).toBeGreaterThan(0);
    await gone();
    const io = await ask('perfonly', 'proc.pid.io');
    const { manifest } = await openRecording(io.how.recording);
    expect(manifest.warnings.map(sayWarning).join()).toContain('it allows this login only perf');
  });

  it('traces by bpftrace where sudo keeps its variables', async () => {
    const off = await ask('tracers', 'off-cpu', { tool: 'bpftrace', maxCpu: 4 });
    expect(off.how.tool).toBe('bpftrace');
    expect(off.size).toBeGreaterThan(0);
    await gone();
  });

  it('ends them when the recording is stopped, and when all processes of the login are killed at once', async () => {
    await on('perfonly', ['sudo'], async (host) => {
      const run = host.profile({ seconds: 60 });
      // perf writes when a buffer is half full: on a quiet host its first samples may come at the end.
      while (!/ [1-9]\d* of 60 s captured/.test(inspect(run))) await sleep(200);
      expect(tracing()).toContain('perf');
      const { how } = await run.stop();
      expect(how.cut).toContain('it was stopped');
      await gone();
      const other = host.offcpu({ seconds: 60, maxCpu: 4 });
      other.catch(() => undefined);
      while (!tracing().includes('perf')) await sleep(100);
      await sleep(1000);
      sshd.inside('pkill -KILL -U perfonly'); // some may end by themselves meanwhile
      await gone();
    });
    const { left } = await on('root', [], async (host) => ({ left: (await host.audit()).rows() }));
    expect(left).toEqual([]);
  });
});
