import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Limits } from '../../src/lib/index.ts';
import type { CheckRow } from '../../src/lib/api.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why = whyNoSshd();
const dir = mkdtempSync(join(tmpdir(), 'fbf-check-'));
const NAMES = ['memory', 'tcp', 'proc.pid.io', 'processes'];

let sshd: Sshd;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({
    logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' }],
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

const check = async (url: string | readonly string[], limits: Limits = {}): Promise<readonly CheckRow[]> => {
  const host = await connect(url, limits);
  try {
    return (await host.check({ for: NAMES as never })).rows();
  } finally {
    await host.close();
  }
};
const verdicts = (rows: readonly CheckRow[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ question, verdict }) => [question, verdict]));

const YES = { memory: 'yes', tcp: 'yes', 'proc.pid.io': 'yes', processes: 'yes' };

describe.skipIf(why)(`a check (${why ?? 'runs'})`, () => {
  it('says that root can ask every question', async () => {
    expect(verdicts(await check(sshd.url('root')))).toEqual(YES);
  });

  it('says what a login without privileges cannot see, and who could', async () => {
    const rows = await check(sshd.url('plain'));
    expect(verdicts(rows)).toEqual({ ...YES, tcp: 'partly', 'proc.pid.io': 'partly' });
    const io = rows.find(({ question }) => question === 'proc.pid.io');
    expect(io?.cannotSee).toMatch(/^\d+ of \d+ processes cannot be read$/);
    expect(io?.fix).toMatch(/root|sudo/);
  });

  it('says how a login with sudo can use it, and that all questions can be asked with it', async () => {
    const rows = await check(sshd.url('sudoer'));
    expect(rows.find(({ question }) => question === 'proc.pid.io')?.fix).toContain("allow: ['sudo']");
    expect(verdicts(await check(sshd.url('sudoer'), { allow: ['sudo'] }))).toEqual(YES);
  });

  it('lists the questions that a recording can answer, and those that it cannot', async () => {
    const host = await connect(sshd.url('plain'));
    const { how } = await host.ask('tcp' as never, { seconds: 2 });
    await host.close();
    const rows = await check(`recording:${how.recording}`);
    expect(verdicts(rows)).toMatchObject({ memory: 'no', tcp: 'partly' });
    expect(rows.find(({ question }) => question === 'memory')?.cannotSee).toContain('not in this recording');
    expect(rows.find(({ question }) => question === 'tcp')?.cannotSee).toMatch(/network namespaces of \d+ of \d+/);
  });

  it('names the host of each row if several hosts were asked', async () => {
    const rows = await check([sshd.url('root'), sshd.url('plain')]);
    expect([...new Set(rows.map(({ host }) => host))]).toEqual([sshd.url('root'), sshd.url('plain')]);
  });

  it('detects hidepid', async () => {
    const hidden = await startSshd({ logins: [{ name: 'plain' }], before: ['mount -o remount,hidepid=2 /proc'] });
    try {
      process.env['FBF_SSH_CONFIG'] = hidden.config;
      const rows = await check(hidden.url('plain'));
      expect(rows.find(({ question }) => question === 'processes')).toMatchObject({ verdict: 'partly' });
      expect(rows.find(({ question }) => question === 'processes')?.cannotSee).toMatch(/hidepid/);
    } finally {
      process.env['FBF_SSH_CONFIG'] = sshd.config;
      hidden.stop();
    }
  });

  it('refuses an unknown question and suggests the one that was meant', async () => {
    const host = await connect(sshd.url('root'));
    await expect(host.check({ for: ['memroy'] as never })).rejects.toThrow(/Did you mean memory/);
    await host.close();
  });
});
