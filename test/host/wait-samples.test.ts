import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Host } from '../../src/lib/api.ts';
import { connect } from '../../src/lib/index.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

/** Threads named after what they wait for; the parent of a vfork() is blocked until its child ends. */
const program = `
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static int word, ends[2];
static void *sleeps(void *x) { prctl(PR_SET_NAME, "sleeps"); for (;;) { struct timespec t = { 60, 0 }; nanosleep(&t, 0); } return x; }
static void *locks(void *x) { prctl(PR_SET_NAME, "locks"); for (;;) syscall(SYS_futex, &word, FUTEX_WAIT, 0, 0, 0, 0); return x; }
static void *reads(void *x) { char c; prctl(PR_SET_NAME, "reads"); while (read(ends[0], &c, 1) >= 0); return x; }
static void *blocks(void *x) {
  prctl(PR_SET_NAME, "blocks");
  if (vfork() == 0) { prctl(PR_SET_PDEATHSIG, 9); for (;;) pause(); }
  return x;
}
int main(void) {
  pthread_t t;
  if (pipe(ends)) return 1;
  pthread_create(&t, 0, sleeps, 0); pthread_create(&t, 0, locks, 0);
  pthread_create(&t, 0, reads, 0); pthread_create(&t, 0, blocks, 0);
  sleep(1); puts("ready"); fflush(stdout);
  for (;;) ;
}
`;

const hasCompiler = spawnSync('gcc', ['--version'], { stdio: 'ignore' }).status === 0;
const why = whyNoSshd() ?? (hasCompiler ? undefined : 'needs gcc');
const folder = mkdtempSync(join(tmpdir(), 'fbf-wait-samples-'));
let sshd: Sshd;
let load: ChildProcess;
let host: Host;

beforeAll(async () => {
  if (why !== undefined) return;
  writeFileSync(join(folder, 'waits.c'), program);
  const compiled = spawnSync('gcc', ['-O1', '-pthread', '-o', join(folder, 'waits'), join(folder, 'waits.c')]);
  expect(compiled.status).toBe(0);
  const child = spawn(join(folder, 'waits'), { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  load = child;
  await new Promise((resolve) => child.stdout.once('data', resolve));
  sshd = await startSshd({ pids: 'shared', logins: [{ name: 'plain' }] });
  process.env['FBF_RECORDINGS'] = join(folder, 'recordings');
  process.env['FBF_SSH_CONFIG'] = sshd.config;
  host = await connect(sshd.url());
});
afterAll(async () => {
  if (why === undefined) {
    if (load.pid !== undefined) process.kill(-load.pid, 'SIGKILL');
    await host.close();
    sshd.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Row {
  t: number;
  seconds: number;
  pid: number;
  tid: number;
  comm: string;
  state: string;
  wchan: string | undefined;
  syscall: string | undefined;
  stack: string;
}
const ask = async (on: Host, options: object): Promise<Answer<Row>> => await on.ask('wait-samples' as never, options);

describe.skipIf(why)(`wait-samples over ssh (${why ?? 'runs'})`, () => {
  it('gives state, system call and kernel stack of each waiting thread, and opens again with the same rows', async () => {
    const answer = await ask(host, { seconds: 3 });
    const mine = answer.filter(({ pid }) => pid === load.pid);
    const samples = new Set(answer.rows().map(({ t }) => t)).size;
    expect(samples).toBeGreaterThan(1);
    const of = (name: string): Answer<Row> => mine.filter(({ comm }) => comm === name);
    for (const [name, state, syscall, place] of [
      ['sleeps', 'sleeping', /nanosleep/, /nanosleep/],
      ['locks', 'sleeping', /^futex$/, /futex/],
      ['reads', 'sleeping', /^read$/, /pipe/],
      ['blocks', 'blocked', /^vfork$|^clone$/, /vfork|clone/],
    ] as const) {
      const rows = of(name).rows();
      expect(rows.length, name).toBe(samples);
      for (const row of rows) {
        expect(row.state, name).toBe(state);
        expect(row.syscall, name).toMatch(syscall);
        expect(row.wchan, name).toMatch(place);
        expect(row.stack, name).toMatch(place);
      }
      const [first] = rows;
      const last = rows.at(-1);
      expect(of(name).sum('seconds')).toBeCloseTo((last?.t ?? NaN) + (last?.seconds ?? NaN) - (first?.t ?? NaN), 6);
    }
    expect(of('waits').size).toBe(0); // it runs
    expect(answer.how).toMatchObject({ question: 'wait-samples', tool: '/proc', grain: 'events' });
    expect(answer.how.cannotSee.join()).toContain('estimated from a few samples per second');
    expect(mine.health.rows().filter(({ broken }) => broken !== 0)).toEqual([]);
    expect((mine.flamegraph() as unknown as { say: string }).say).toMatch(
      /^Of \d+\.\d\d s off CPU, \d+\.\d % is spent in \w+/,
    );
    const again = await connect(`recording:${answer.how.recording}`);
    expect((await ask(again, {})).rows()).toEqual(answer.rows());
    await again.close();
    expect((await host.audit()).size).toBe(0);
  });

  it('gives a login without rights the states, and says what it may not see', async () => {
    const plain = await connect(sshd.url('plain'));
    try {
      const answer = await ask(plain, { seconds: 2 });
      const rows = answer.filter(({ pid }) => pid === load.pid).rows();
      expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['sleeping', 'blocked']));
      for (const { wchan, syscall, stack } of rows)
        expect([wchan, syscall, stack]).toEqual([undefined, undefined, undefined]);
      expect(answer.how.cannotSee.join()).toMatch(/task\/TID\/stack cannot be read for \d+ of \d+ processes/);
    } finally {
      await plain.close();
    }
  });
});
