import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Limits } from '../../src/lib/index.ts';
import type { CheckRow } from '../../src/lib/api.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
const why = whyNoSshd() ?? (has('perf') && has('bpftrace') ? undefined : 'needs perf and bpftrace');
const dir = mkdtempSync(join(tmpdir(), 'fbf-check-host-'));
const NAME = `theirs_${String(process.pid)}`;
const instance = `/sys/kernel/tracing/instances/${NAME}`;
const UNMOUNT = ['umount -l /sys/kernel/tracing', 'umount -l /sys/kernel/debug 2>/dev/null || :'];

let sshd: Sshd;
let bare: Sshd;
let theirs: ChildProcess;

/** Waits until the tracer of somebody else runs in the simulated machine. */
const started = (): boolean => sshd.inside('cat /proc/[0-9]*/comm').split('\n').includes('bpftrace');

beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({ logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' }] });
  bare = await startSshd({ before: UNMOUNT });
  process.env['FBF_RECORDINGS'] = dir;
  mkdirSync(instance);
  const enter = [`--target=${String(sshd.pid)}`, '--mount', '--pid', '--net'];
  theirs = spawn('nsenter', [...enter, 'bpftrace', '-e', 'interval:s:600 { exit(); } /* <b> */'], { stdio: 'ignore' });
  while (!started()) await new Promise((resolve) => setTimeout(resolve, 50));
});
afterAll(async () => {
  if (why === undefined) {
    const ended = new Promise((resolve) => theirs.once('exit', resolve));
    const lives = theirs.exitCode === null;
    sshd.stop();
    bare.stop();
    expect(lives, 'their bpftrace was left alone').toBe(true);
    await ended;
    rmdirSync(instance);
  }
  delete process.env['FBF_SSH_CONFIG'];
  delete process.env['FBF_RECORDINGS'];
  rmSync(dir, { recursive: true, force: true });
});

const check = async (of: Sshd, login: string, limits: Limits = {}): Promise<readonly CheckRow[]> => {
  process.env['FBF_SSH_CONFIG'] = of.config;
  const host = await connect(of.url(login), limits);
  try {
    return (await host.check()).rows();
  } finally {
    await host.close();
  }
};

const tracers = (rows: readonly CheckRow[]): readonly CheckRow[] =>
  rows.filter(({ question }) => question === 'other tracers');
const found = (rows: readonly CheckRow[], pattern: RegExp): CheckRow | undefined =>
  rows.find(({ tool }) => pattern.test(tool));
const named = (rows: readonly CheckRow[], name: string): CheckRow | undefined =>
  rows.find(({ question }) => question === name);

const BPFTRACE = /^bpftrace, pid \d+ of root: bpftrace -e interval:s:600 \{ exit\(\); \} \/\* <b>/;
const INSTANCE = new RegExp(`^instance ${NAME} of tracefs: current_tracer nop, no events`);

describe.skipIf(why)(`a check of the host itself (${why ?? 'runs'})`, () => {
  it('names the tracers of others, their processes and their instances, as root', async () => {
    const rows = await check(sshd, 'root');
    expect(found(tracers(rows), BPFTRACE)).toMatchObject({ about: 'host', verdict: 'yes' });
    expect(found(tracers(rows), INSTANCE)).toMatchObject({ about: 'host', verdict: 'yes' });
    expect(rows.filter(({ about }) => about === 'program').map(({ question, verdict }) => [question, verdict])).toEqual(
      ['perf', 'bpftrace', 'ftrace'].map((method) => [`host.${method}`, 'yes']),
    );
  });

  it('says what is not visible to a login without rights', async () => {
    const rows = await check(sshd, 'plain');
    expect(found(tracers(rows), BPFTRACE)?.fix).toMatch(/only root or its user may read/);
    expect(found(tracers(rows), INSTANCE)).toBeUndefined();
    const hidden = found(tracers(rows), /^instances of tracefs$/);
    expect(hidden).toMatchObject({ verdict: 'not allowed' });
    expect(hidden?.cannotSee).toMatch(/not visible to this login/);
    expect(named(rows, 'tracefs')).toMatchObject({ verdict: 'not allowed' });
    expect(named(rows, 'host.ftrace')).toMatchObject({ verdict: 'not allowed' });
  });

  it('looks as root where sudo is allowed and asks for no password', async () => {
    const rows = await check(sshd, 'sudoer', { allow: ['sudo'] });
    expect(found(tracers(rows), INSTANCE)).toMatchObject({ verdict: 'yes' });
    expect(found(tracers(rows), BPFTRACE)?.fix).toBe('');
    expect(named(rows, 'tracefs')).toMatchObject({ verdict: 'yes' });
    expect(named(rows, 'host.ftrace')).toMatchObject({ verdict: 'yes' });
  });

  it('does not name tracers of our own captures', async () => {
    process.env['FBF_SSH_CONFIG'] = sshd.config;
    const host = await connect(sshd.url('root'));
    const pending = host.bpftrace('interval:s:1 { printf("ours\\n"); }', { seconds: 60 });
    while (pending.sofar?.['lines'] === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
    const rows = await check(sshd, 'root');
    await pending.stop();
    await host.close();
    expect(tracers(rows).filter(({ tool }) => tool.startsWith('bpftrace'))).toHaveLength(1);
  });

  it('says that the login is in a PID namespace, where pids mean something else', async () => {
    expect(named(await check(sshd, 'root'), 'PID namespace')).toMatchObject({ verdict: 'partly' });
  });

  it('leaves what it finds as it is, a tracefs that is not mounted among it', async () => {
    const rows = await check(bare, 'root');
    expect(named(rows, 'tracefs')).toMatchObject({
      tool: 'not mounted',
      fix: 'sudo mount -t tracefs nodev /sys/kernel/tracing',
    });
    expect(named(rows, 'host.ftrace')).toMatchObject({ verdict: 'no', cannotSee: 'tracefs is not mounted' });
    const offcpu = rows.filter(({ question }) => question === 'off-cpu');
    expect(offcpu.map(({ tool, verdict }) => [tool, verdict])).toEqual([
      ['bpftrace', 'no'],
      ['perf', 'yes'],
      ['Ftrace', 'no'],
    ]);
    expect(bare.inside('grep -c " tracefs " /proc/mounts || :').trim()).toBe('0');
  });
});
