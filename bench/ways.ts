import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../src/lib/api.ts';
import { FridayError } from '../src/lib/errors.ts';
import { connect } from '../src/lib/index.ts';
import { questions } from '../src/lib/questions/list.ts';
import { compileLoad, whyNoCompiler } from '../test/host/loads.ts';
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

interface Row {
  readonly comm?: string;
  readonly stack?: string;
  readonly state?: string;
  readonly seconds?: number;
}

/** What is planted: `part` of what the load does in `all` is in `name`. */
const PLANTED: Readonly<Record<string, { load: string; name: string; all: RegExp; part: number }>> = {
  'cpu-profile': { load: 'spinner', name: 'other', all: /;work(;|$)/, part: 0.5 },
  'off-cpu': { load: 'waiter', name: 'long_wait', all: /;(short|long)_wait(;|$)/, part: 0.75 },
};

/** 'other: 49.7 % (planted: 50 %)'; '' if the question has no stacks, or none of the load. */
const planted = (question: string, rows: readonly Row[]): string => {
  const { load, name, all, part } = PLANTED[question] ?? { load: '', name: '', all: /^/, part: 0 };
  const mine = rows.filter(({ comm, stack = '', state }) => comm === load && all.test(stack) && state !== 'runnable');
  const sum = (some: readonly Row[]): number => some.reduce((total, { seconds = 1 }) => total + seconds, 0);
  const share = sum(mine.filter(({ stack = '' }) => stack.split(';').includes(name))) / sum(mine);
  return Number.isNaN(share) ? '' : `${name}: ${(share * 100).toFixed(1)} % (planted: ${String(part * 100)} %)`;
};

const tried = async (question: string, asked: PromiseLike<unknown>): Promise<readonly [string, string]> => {
  try {
    const answer = (await asked) as Answer<Row>;
    const { size, how } = answer;
    const short = how.coverage < 0.95 ? `, coverage ${how.coverage.toFixed(2)}` : '';
    return [`answered: ${String(size)} rows, ${how.grain}${short}`, planted(question, answer.rows())];
  } catch (error) {
    return [`refused: ${said(error)}`, ''];
  }
};

const cell = (text: string): string => text.replaceAll('|', '/').slice(0, 220);

const table = async (url: string, host: string, { name, may }: (typeof LOGINS)[number]): Promise<void> => {
  const connected = await connect(url, may ? { allow: ['sudo'] } : {});
  try {
    for (const question of questions)
      for (const { tool } of question.ways ?? []) {
        const options = { seconds: 4, tool, ...(question.name === 'cpu-profile' ? { hz: 499 } : {}) };
        const [result, share] = await tried(question.name, connected.ask(question.name as never, options));
        console.log(`| ${host} | ${name} | ${question.name} | ${tool} | ${cell(result)} | ${share} |`);
      }
  } finally {
    await connected.close();
  }
};

export const run = async (_args: string[]): Promise<void> => {
  const why = whyNoSshd() ?? whyNoCompiler;
  if (why !== undefined) {
    console.log(`skipped: ${why}`);
    return;
  }
  const dir = mkdtempSync(join(tmpdir(), 'fbf-ways-'));
  writeFileSync(join(dir, 'none'), '', { mode: 0o644 });
  process.env['FBF_RECORDINGS'] = join(dir, 'recordings');
  const loads = (['spinner', 'waiter'] as const).map((name) => spawn(compileLoad(name, dir), { stdio: 'ignore' }));
  console.log('| host | login | question | way | result | share |\n|---|---|---|---|---|---|');
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
    for (const load of loads) load.kill();
    rmSync(dir, { recursive: true, force: true });
  }
};
