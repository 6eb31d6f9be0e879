import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Host, RunOptions } from '../../src/lib/api.ts';
import { FridayError } from '../../src/lib/errors.ts';
import { connect } from '../../src/lib/index.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why = whyNoSshd();
const folder = mkdtempSync(join(tmpdir(), 'fbf-run-'));
let sshd: Sshd;
let host: Host;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({ logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' }] });
  process.env['FBF_RECORDINGS'] = join(folder, 'recordings');
  process.env['FBF_SSH_CONFIG'] = sshd.config;
  host = await connect(sshd.url('plain'));
});
afterAll(async () => {
  if (why === undefined) {
    await host.close();
    sshd.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

const refused = async (argv: readonly string[], options?: RunOptions, on = host): Promise<FridayError> => {
  const error: unknown = await on.run(argv, options).then(
    (answer) => answer,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(FridayError);
  return error as FridayError;
};

describe.skipIf(why)(`programs of one's own over ssh (${why ?? 'runs'})`, () => {
  it('give a typed table, which ends with them, and the same one from the recording', async () => {
    const answer = (await host.run(['ps', '-eo', 'pid,rss,args'], { as: 'columns', seconds: 1000 })) as Answer<
      Record<string, unknown>
    >;
    expect(answer.rows().some(({ PID, COMMAND }) => typeof PID === 'number' && String(COMMAND).startsWith('ps -eo'))).toBe(true); // prettier-ignore
    expect(answer.how).toMatchObject({ tool: 'ps', program: 'ps -eo pid,rss,args', cannotSee: [], coverage: 1, question: 'run ps' }); // prettier-ignore
    expect(answer.how.cut).toBeUndefined();
    const again = await connect(`recording:${answer.how.recording}`);
    expect((await again.run(['ps', '-eo', 'pid,rss,args'], { as: 'columns' })).rows()).toEqual(answer.rows());
    expect((await again.run(['ps', '-eo', 'pid,rss,args'])).size).toBe(answer.size + 1);
    const other = await refused(['ps', '-ef'], {}, again);
    expect([other.kind, other.what]).toEqual([
      'missing',
      expect.stringContaining('it has another one: ps -eo pid,rss,args'),
    ]);
  });

  it('get their words unchanged', async () => {
    const words = ["it's", '$HOME', '', '`id`', 'a b', '*', '--', '\\n'];
    const answer = await host.run(['printf', '<%s>\\n', ...words]);
    expect(answer.rows()).toEqual(words.map((word) => ({ line: `<${word}>` })));
  });

  it('run as the login, and as root where sudo is allowed', async () => {
    const uid = async (on: Host, options?: RunOptions): Promise<unknown> =>
      (await on.run(['id', '-u'], options)).rows()[0];
    expect(await uid(host)).not.toEqual({ line: '0' });
    const sudoer = await connect(sshd.url('sudoer'));
    expect(await uid(sudoer, { allow: ['sudo'] })).toEqual({ line: '0' });
    expect(await uid(sudoer)).not.toEqual({ line: '0' });
    await sudoer.close();
    const plain = await host.run(['id', '-u'], { allow: ['sudo'] });
    expect(plain.how.cannotSee).toContainEqual(expect.stringMatching(/captured as plain, since sudo failed/));
  });

  it('that fail keep what they printed, and say their status and last words', async () => {
    const answer = await host.run(['sh', '-c', 'echo one; echo no right >&2; exit 3']);
    expect(answer.rows()).toEqual([{ line: 'one' }]);
    expect(answer.how.cannotSee).toEqual(['it exited with status 3: no right']);
    const silent = await host.run(['false']);
    expect([silent.size, silent.how.cannotSee]).toEqual([0, ['it exited with status 1']]);
  });

  it('that are not there, or may not be executed, are an error that says so', async () => {
    const absent = await refused(['no-such-program', '-x']);
    expect([absent.kind, absent.what]).toEqual([
      'missing',
      expect.stringContaining('no-such-program is not installed'),
    ]);
    const tool = await refused(['/nowhere/bpftrace']);
    expect(tool.next).toMatch(/install .*bpftrace/);
    const denied = await refused(['/etc/passwd']);
    expect([denied.kind, denied.what]).toEqual(['not-allowed', 'run: this login may not execute /etc/passwd']);
  });

  it('end with their window and at their limit of bytes, and nothing stays', async () => {
    const long = await host.run(['sh', '-c', 'echo begun; exec sleep 1000'], { seconds: 1 });
    expect(long.rows()).toEqual([{ line: 'begun' }]);
    expect(long.how.cannotSee).toEqual([expect.stringContaining('was stopped: seconds gives it more')]);
    const much = await host.run(['yes'], { maxBytes: '200KB', seconds: 50 });
    expect(much.size).toBe(100_000);
    expect(much.how.cannotSee).toEqual([expect.stringContaining('it was stopped at 0.2 MB of output (maxBytes)')]);
    const pending = host.run(['sh', '-c', 'echo begun; exec sleep 1000'], { seconds: 1000 });
    while (pending.sofar?.size !== 1) await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await pending.stop()).rows()).toEqual([{ line: 'begun' }]);
    expect((await host.audit()).size).toBe(0);
  });

  it('take words only, and options that are known', async () => {
    expect(() => host.run('ps aux' as never)).toThrow(/expected a list of words, got the text "ps aux"/);
    expect(() => host.run([])).toThrow(/expected a list of words/);
    expect(() => host.run(['-x'])).toThrow(/expected a program as the first word/);
    expect(() => host.run(['a\0b'])).toThrow(/NUL/);
    expect(() => host.run(['ls'], { as: 'xml' as never })).toThrow(/expected one of text, json, csv, columns/);
    expect(() => host.run(['ls'], { second: 3 } as never)).toThrow(/unknown option second/);
  });

  it('of several hosts are one table with a column host', async () => {
    const both = await connect([sshd.url('plain'), sshd.url('sudoer')]);
    const answer = (await both.run(['id', '-un'])) as Answer<{ host: string; line: string }>;
    expect(answer.rows().map(({ line }) => line)).toEqual(['plain', 'sudoer']);
    expect(new Set(answer.rows().map((row) => row.host)).size).toBe(2);
    await both.close();
  });
});
