import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../src/lib/api.ts';
import { FridayError } from '../src/lib/errors.ts';
import { connect } from '../src/lib/index.ts';
import { questions } from '../src/lib/questions/list.ts';
import { startSshd, whyNoSshd, type Login } from '../test/host/sshd.ts';

/**
 * By which ways hosts answer: every way of every question that programs answer, on hosts that lack tools, for logins with
 * fewer rights. `npm run bench -- ways`; a cell is what the answer or the error says.
 */
const LOGINS: readonly (Login & { readonly may?: true })[] = [
  { name: 'root', uid: 0 },
  { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL', may: true },
  { name: 'typist', sudo: 'ALL=(ALL) ALL', password: 'secret', may: true },
  { name: 'limited', sudo: 'ALL=(ALL) NOPASSWD: /usr/bin/perf', may: true },
  { name: 'plain' },
];

/** A file that cannot be executed in the place of a tool hides it from PATH. */
const hide = (tool: string, dir: string): string =>
  `for f in $(command -v ${tool}); do mount --bind ${join(dir, 'none')} "$f"; done`;

const hosts = (dir: string): Readonly<Record<string, readonly string[]>> => ({
  'all tools': [],
  'no bpftrace': [hide('bpftrace', dir)],
  'no perf': [hide('perf', dir)],
  'no perf, no bpftrace': [hide('perf', dir), hide('bpftrace', dir)],
  'no tracefs': ['mount -t tmpfs tmpfs /sys/kernel/tracing', 'mount -t tmpfs tmpfs /sys/kernel/debug'],
});

const said = (error: unknown): string =>
  error instanceof FridayError
    ? error.what.replace(/^.*?no tool of this host (?:can answer it|could be started)\. /, '')
    : String(error);

const tried = async (asked: PromiseLike<unknown>): Promise<string> => {
  try {
    const { size, how } = (await asked) as Answer;
    return `answered: ${String(size)} rows, ${how.grain}${how.coverage < 0.95 ? `, coverage ${how.coverage.toFixed(2)}` : ''}`;
  } catch (error) {
    return `refused: ${said(error)}`;
  }
};

const table = async (url: string, host: string, { name, may }: (typeof LOGINS)[number]): Promise<void> => {
  const connected = await connect(url, may ? { allow: ['sudo'] } : {});
  try {
    for (const question of questions)
      for (const { tool } of question.ways ?? []) {
        const cell = await tried(connected.ask(question.name as never, { seconds: 1, tool }));
        console.log(`| ${host} | ${name} | ${question.name} | ${tool} | ${cell.replaceAll('|', '/').slice(0, 220)} |`);
      }
  } finally {
    await connected.close();
  }
};

export const run = async (_args: string[]): Promise<void> => {
  const why = whyNoSshd();
  if (why !== undefined) {
    console.log(`skipped: ${why}`);
    return;
  }
  const dir = mkdtempSync(join(tmpdir(), 'fbf-ways-'));
  writeFileSync(join(dir, 'none'), '', { mode: 0o644 });
  process.env['FBF_RECORDINGS'] = join(dir, 'recordings');
  const load = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
  console.log('| host | login | question | way | |\n|---|---|---|---|---|');
  try {
    for (const [name, before] of Object.entries(hosts(dir))) {
      const sshd = await startSshd({ pids: 'shared', logins: LOGINS.filter(({ uid }) => uid !== 0), before });
      process.env['FBF_SSH_CONFIG'] = sshd.config;
      try {
        for (const login of LOGINS) await table(sshd.url(login.name), name, login);
      } finally {
        sshd.stop();
      }
    }
  } finally {
    load.kill();
    rmSync(dir, { recursive: true, force: true });
  }
};
