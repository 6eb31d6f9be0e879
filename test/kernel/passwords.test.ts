import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSshd, whyNoSshd, type Sshd } from '../host/sshd.ts';
import { type Received, startKernel, type Started } from './client.ts';

const why = whyNoSshd();
/** A text that occurs nowhere else on the machine. */
const PASSWORD = 'Tr0ub4dor-xyzzy-9731';

let sshd: Sshd;
let kernel: Started;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({ logins: [{ name: 'typist', sudo: 'ALL=(ALL) ALL', password: PASSWORD, keyless: true }] });
  kernel = await startKernel({ env: { FBF_SSH_CONFIG: sshd.config } });
});
afterAll(async () => {
  if (why !== undefined) return;
  await kernel.stop();
  sshd.stop();
});

const CONNECT = `// @ts-nocheck
import { connect } from 'fast-by-friday';
`;

/** Runs a cell and answers its questions in turn; returns the cell, its questions, and the output of ps meanwhile. */
const ask = async (code: string, answers: readonly string[], allow = true) => {
  const questions: Received[] = [];
  let processes = '';
  let cell = '';
  kernel.client.on((message) => {
    if (message.type !== 'input_request' || message.parent !== cell) return;
    const value = answers[questions.length] ?? '';
    questions.push(message);
    kernel.client.send('stdin', 'input_reply', { status: 'ok', value });
    processes += execFileSync('ps', ['axewwo', 'args'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  });
  cell = kernel.client.execute(CONNECT + code, { allow_stdin: allow });
  const done = await kernel.client.finished(cell, 100_000);
  processes += execFileSync('ps', ['axewwo', 'args'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return { done, questions, processes };
};

const everyFile = (dir: string): string =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

describe.skipIf(why)(`a password in a notebook (${why ?? 'runs'})`, () => {
  it('is typed into the cell, for ssh and for sudo, and is not stored anywhere', async () => {
    const { done, questions, processes } = await ask(
      `const h = await connect('${sshd.url('typist')}', { allow: ['sudo'] });
const a = await h.ask('proc.pid.io', { seconds: 2 }); console.log('rows', a.size > 0, JSON.stringify(a.how.cannotSee)); await h.close();`,
      [PASSWORD, PASSWORD],
    );
    expect(done.error).toBeUndefined();
    expect(done.text()).toContain('rows true');
    expect(done.text()).not.toContain('cannot be read');
    expect(questions.map(({ content }) => content['password'] as unknown)).toEqual([true, true]);
    const history = await kernel.client.request('shell', 'history_request', {
      hist_access_type: 'tail', n: 100, output: true, raw: true, session: 0, start: 0, stop: 0, unique: false, pattern: '*',
    }); // prettier-ignore
    // These are the messages that the kernel sent, without those of the client.
    const kept = {
      outputs: kernel.client.seen.map(({ content }): unknown => content),
      history,
      processes,
      log: sshd.log(),
      files: everyFile(kernel.folder),
    };
    for (const [where, text] of Object.entries(kept))
      expect(JSON.stringify(text).includes(PASSWORD), `the password is in: ${where}`).toBe(false);
  });

  it('that is wrong fails with kind auth, and is not in the error', async () => {
    const { done, questions } = await ask(
      `await connect('${sshd.url('typist')}');`,
      Array(9).fill('wrong-hunter2') as string[],
    );
    expect(questions.length).toBeGreaterThan(0);
    expect(done.error?.['evalue']).toMatch(/typist/);
    expect(JSON.stringify(done.outputs.map(({ content }) => content))).not.toContain('hunter2');
  });

  it('that cannot be asked for (no stdin) fails and says so', async () => {
    const { done, questions } = await ask(`await connect('${sshd.url('typist')}');`, [], false);
    expect(questions).toEqual([]);
    expect(done.error?.['evalue']).toMatch(/expected an answer, none was given|password/);
  });
});
