import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FridayError } from '../../src/lib/errors.ts';
import { sources } from '../../src/lib/sources/list.ts';
import type { Program } from '../../src/lib/sources/program.ts';
import { startRecorder, type Order, type Prompt } from '../../src/recorder/client.ts';
import { startSshd, whyNoSshd, whyNot, type Sshd } from './sshd.ts';

const why = whyNoSshd() ?? whyNot('openssl');
const folder = mkdtempSync(join(tmpdir(), 'fbf-sessions-'));
const PASSWORD = 'not stored';

/** The control channel takes one session, so that a recording gets one more. */
let sshd: Sshd;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({
    logins: [{ name: 'plain' }, { name: 'typed', password: PASSWORD, keyless: true }],
    sshd: ['PasswordAuthentication yes'],
    sessions: 2,
  });
});
afterAll(() => {
  if (why === undefined) sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const LOOP: Program = {
  tool: 'sh',
  argv: ['sh', '-c', 'echo begun; trap "echo ended; exit 0" TERM; while :; do sleep 0.1; done'],
  stop: 'TERM',
  grace: 2,
};
const order = (programs: readonly string[]): Order => ({
  dir: join(folder, String(count++)),
  seconds: 2,
  sources: sources.filter(({ name }) => name === 'proc.stat').map(({ name, recipe }) => ({ name, recipe, hz: 2 })),
  programs: programs.map((name) => ({ name, ways: [LOOP] })),
});
const record = async (login: string, wanted: Order, promptUser?: (prompt: Prompt) => Promise<string>) => {
  const client = await startRecorder(sshd.url(login), { sshConfig: sshd.config, promptUser });
  try {
    const manifest = await client.record(wanted).done;
    return { manifest, left: (await client.audit()).left };
  } finally {
    await client.close();
  }
};

describe.skipIf(why)(`a host that allows two sessions per connection (${why ?? 'runs'})`, () => {
  it('records several programs beside the sampler by a key, over connections of their own', async () => {
    const { manifest, left } = await record('plain', order(['a', 'b', 'c']));
    expect(manifest.status).toBe('complete');
    expect(Object.values(manifest.programs ?? {}).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    expect(left).toEqual([]);
  });

  it('records them by a password, which is asked for once more', async () => {
    const asked: Prompt[] = [];
    const { manifest, left } = await record('typed', order(['a', 'b', 'c']), (prompt) => {
      asked.push(prompt);
      return Promise.resolve(PASSWORD);
    });
    expect(manifest.status).toBe('complete');
    expect(Object.values(manifest.programs ?? {}).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    expect(asked.map(({ about }) => about)).toEqual(['password', 'password']);
    expect(asked[1]?.text).toContain('MaxSessions');
    expect(left).toEqual([]);
  });

  it('says why, and what helps, if the password is not given again', async () => {
    let times = 0;
    const once = (): Promise<string> => (times++ === 0 ? Promise.resolve(PASSWORD) : Promise.reject(new Error('no')));
    const failed: unknown = await record('typed', order(['a', 'b']), once).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(FridayError);
    expect((failed as FridayError).kind).toBe('not-allowed');
    expect((failed as FridayError).message).toMatch(/no further session.*MaxSessions[^]*Log in with a key/);
  });
});
