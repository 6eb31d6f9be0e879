import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/lib/index.ts';
import type { Selection, TargetRow } from '../../src/lib/api.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why =
  whyNoSshd() ??
  (process.arch === 'x64' && spawnSync('gcc', ['--version']).status === 0 ? undefined : 'needs gcc on x86-64');
const dir = mkdtempSync(join(tmpdir(), 'fbf-check-target-'));

/** A program with many functions that call each other. */
const calls = Array.from({ length: 80 }, (_, i) => `__attribute__((noipa)) long f${String(i)}(long a, long b) { volatile long x[4] = {a, b}; return x[0] + g(x[1]) + a; }`); // prettier-ignore
const program = `#include <unistd.h>
__attribute__((noipa)) long g(long x) { return x * 3; }
${calls.join('\n')}
int main(void) { for (;;) sleep(1); }
`;

let sshd: Sshd;
const running: ChildProcess[] = [];
const start = (name: string, flags: readonly string[]): number => {
  const out = join(dir, name);
  const built = spawnSync('gcc', ['-O2', ...flags, '-o', out, join(dir, 'program.c')], { encoding: 'utf8' });
  expect(built.stderr).toBe('');
  return run(out);
};
const run = (command: string, args: readonly string[] = [], env = {}): number => {
  const child = spawn(command, args, { stdio: 'ignore', cwd: dir, env: { ...process.env, ...env } });
  running.push(child);
  return child.pid ?? 0;
};

beforeAll(async () => {
  if (why !== undefined) return;
  writeFileSync(join(dir, 'program.c'), program);
  process.env['FBF_RECORDINGS'] = join(dir, 'recordings');
  sshd = await startSshd({ logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' }], pids: 'shared' }); // prettier-ignore
  process.env['FBF_SSH_CONFIG'] = sshd.config;
});
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  if (why === undefined) sshd.stop();
  delete process.env['FBF_SSH_CONFIG'];
  delete process.env['FBF_RECORDINGS'];
  rmSync(dir, { recursive: true, force: true });
});

const check = async (login: string, target: Selection, sudo = false): Promise<readonly TargetRow[]> => {
  const host = await connect(sshd.url(login), sudo ? { allow: ['sudo'] } : {});
  try {
    const found = await host.check({ target });
    expect((await host.audit()).rows()).toEqual([]);
    return found.rows();
  } finally {
    await host.close();
  }
};

describe.skipIf(why)(`a check of processes before their profile (${why ?? 'runs'})`, () => {
  it('tells programs with frame pointers and symbols from those without', async () => {
    const flags = ['-fno-omit-frame-pointer', '-mno-omit-leaf-frame-pointer'];
    const [whole, bare] = [start('whole', flags), start('bare', ['-fomit-frame-pointer', '-s'])];
    const rows = await check('root', { pid: [whole, bare] });
    const [first, second] = [whole, bare].map((pid) => rows.find((row) => row.pid === pid));
    expect(first).toMatchObject({ process: 'whole', runtime: 'native', pointers: 'yes', symbols: 'yes', map: '' });
    expect(second).toMatchObject({ process: 'bare', pointers: 'no', symbols: 'no', verdict: 'partly' });
    expect(second?.fix).toContain('-fno-omit-frame-pointer');
    expect(second?.cannotSee).toContain('the names of functions that bare does not export');
    expect(first?.libc).toMatch(/^(yes|some|no)$/);
  });

  it('of Node: whether it writes a map, by its switches, by its environment and by the map', async () => {
    const sleep = ['-e', 'setInterval(() => 0, 1000)'];
    const bare = run(process.execPath, sleep, { NODE_OPTIONS: '' });
    const pids = [bare, run(process.execPath, ['--perf-basic-prof', ...sleep]), run(process.execPath, sleep, { NODE_OPTIONS: '--perf-basic-prof' })]; // prettier-ignore
    const rows = await check('root', { pid: pids });
    expect(pids.map((pid) => rows.find((row) => row.pid === pid)?.map)).toEqual(['no', 'yes', 'yes']);
    expect(rows.map(({ runtime }) => runtime)).toEqual(['node', 'node', 'node']);
    expect(rows.find(({ pid }) => pid === bare)?.fix).toContain('--perf-basic-prof-only-functions');
    for (const pid of pids.slice(1)) rmSync(`/tmp/perf-${String(pid)}.map`, { force: true });
  });

  it('says what a login may not look into, and looks through sudo where that is allowed', async () => {
    const pid = start('mine', []);
    const [refused] = await check('plain', { pid });
    expect(refused).toMatchObject({ verdict: 'not allowed', pointers: '' });
    expect(refused?.fix).toContain('sudo');
    const [seen] = await check('sudoer', { pid }, true);
    expect(seen).toMatchObject({ process: 'mine', pointers: 'no', symbols: 'yes' });
  });

  it('needs a live host, and one of its processes', async () => {
    const host = await connect(sshd.url('root'));
    const none = await host.check({ target: { name: 'no-such-name' } });
    expect([none.size, none.say]).toEqual([0, 'of 0 processes, 0 can be profiled with complete stacks and names']);
    expect(() => host.check({ for: ['free'] as never, target: { name: 'sh' } })).toThrow(/for .* or target/);
    const { how } = await host.ask('free' as never, { seconds: 1 });
    await host.close();
    const recorded = await connect(`recording:${(how as { recording: string }).recording}`);
    await expect(recorded.check({ target: { name: 'sh' } })).rejects.toThrow(/expected a live host, got a recording/);
    await recorded.close();
  });
});
