import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../src/lib/api.ts';
import { FridayError } from '../src/lib/errors.ts';
import { connect } from '../src/lib/index.ts';
import { questions } from '../src/lib/questions/list.ts';
import { hidden } from '../test/host/hidden.ts';
import { startLoad, whyNoCompiler, type Load } from '../test/host/loads.ts';
import { startSshd, whyNoSshd, type Login } from '../test/host/sshd.ts';

/**
 * By which ways hosts answer: every way of every question that programs answer, on hosts that lack tools, for logins with
 * fewer rights. `npm run bench -- ways [HOST...]`; a cell is what the answer or the error says.
 */
const LOGINS: readonly (Login & { readonly may?: true })[] = [
  { name: 'root', uid: 0 },
  { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL', may: true },
  { name: 'typist', sudo: 'ALL=(ALL) ALL', password: 'secret', may: true },
  { name: 'limited', sudo: 'ALL=(ALL) NOPASSWD: /usr/bin/perf', may: true },
  { name: 'plain' },
];

const HOSTS: Readonly<Record<string, readonly string[]>> = {
  'all tools': [],
  'no bpftrace': [hidden('bpftrace')],
  'no perf': [hidden('perf')],
  'no perf, no bpftrace': [hidden('perf'), hidden('bpftrace')],
  'no tracefs': ['mount -t tmpfs tmpfs /sys/kernel/tracing', 'mount -t tmpfs tmpfs /sys/kernel/debug'],
};

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

/** Whose share is planted, among the stacks that have `all`. */
const PLANTED = {
  'cpu-profile': { load: 'spinner', name: 'other', all: /;(hot|warm|other)(;|$)/ },
  'off-cpu': { load: 'waiter', name: 'long_wait', all: /;(short|long)_wait(;|$)/ },
} as const;
/** 10,000 samples of the load's CPU have a standard error of half a percent; 997 Hz has no common multiple with its 4 ms. */
const LENGTHS: Readonly<Record<string, { readonly seconds: number; readonly hz?: number }>> = {
  'cpu-profile': { seconds: 10, hz: 997 },
  'off-cpu': { seconds: 10 },
};
type Planted = (typeof PLANTED)[keyof typeof PLANTED];

const plantedIn = (question: string): Planted | undefined => (PLANTED as Readonly<Record<string, Planted>>)[question];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** 'other: 49.7 %, it measured 50.1 %'; '' if the login cannot see the load. */
const shareOf = ({ load, name, all }: Planted, rows: readonly Row[], measured: number): string => {
  const mine = rows.filter(({ comm, stack = '', state }) => comm === load && all.test(stack) && state !== 'runnable');
  const sum = (some: readonly Row[]): number => some.reduce((total, { seconds = 1 }) => total + seconds, 0);
  const share = sum(mine.filter(({ stack = '' }) => stack.split(';').includes(name))) / sum(mine);
  return Number.isNaN(share) ? '' : `${name}: ${percent(share)}, it measured ${percent(measured)}`;
};

type Loads = Readonly<Record<Planted['load'], Load>>;

const tried = async (
  question: string,
  loads: Loads,
  ask: () => PromiseLike<unknown>,
): Promise<readonly [string, string]> => {
  const planted = plantedIn(question);
  const measured = planted && loads[planted.load].measure();
  try {
    const answer = (await ask()) as Answer<Row>;
    const { size, how } = answer;
    const short = how.coverage < 0.95 ? `, coverage ${how.coverage.toFixed(2)}` : '';
    const share = planted && measured ? shareOf(planted, answer.rows(), measured()) : '';
    return [`answered: ${String(size)} rows, ${how.grain}${short}`, share];
  } catch (error) {
    return [`refused: ${said(error)}`, ''];
  }
};

const cell = (text: string): string => text.replaceAll('|', '/').slice(0, 220);

const table = async (
  url: string,
  { host, loads }: { readonly host: string; readonly loads: Loads },
  { name, may }: (typeof LOGINS)[number],
): Promise<void> => {
  const connected = await connect(url, may ? { allow: ['sudo'] } : {});
  try {
    for (const question of questions)
      for (const { tool } of question.ways ?? []) {
        const options = { seconds: 4, tool, maxCpu: 4, ...LENGTHS[question.name] };
        const [result, share] = await tried(question.name, loads, () => connected.ask(question.name as never, options));
        console.log(`| ${host} | ${name} | ${question.name} | ${tool} | ${cell(result)} | ${share} |`);
      }
  } finally {
    await connected.close();
  }
};

export const run = async (only: string[]): Promise<void> => {
  const why = whyNoSshd() ?? whyNoCompiler;
  if (why !== undefined) {
    console.log(`skipped: ${why}`);
    return;
  }
  const dir = mkdtempSync(join(tmpdir(), 'fbf-ways-'));
  process.env['FBF_RECORDINGS'] = join(dir, 'recordings');
  const loads = { spinner: startLoad('spinner', dir), waiter: startLoad('waiter', dir) };
  console.log('| host | login | question | way | result | share |\n|---|---|---|---|---|---|');
  try {
    for (const [name, before] of Object.entries(HOSTS).filter(([name]) => only.length === 0 || only.includes(name))) {
      const sshd = await startSshd({ pids: 'shared', logins: LOGINS.filter(({ uid }) => uid !== 0), before });
      process.env['FBF_SSH_CONFIG'] = sshd.config;
      try {
        for (const login of LOGINS) await table(sshd.url(login.name), { host: name, loads }, login);
      } finally {
        sshd.stop();
      }
    }
  } finally {
    for (const { child } of Object.values(loads)) child.kill();
    rmSync(dir, { recursive: true, force: true });
  }
};
