import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Host } from '../../src/lib/api.ts';
import { FridayError } from '../../src/lib/errors.ts';
import { connect } from '../../src/lib/index.ts';
import { PROGRAMS } from './programs.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why = whyNoSshd() ?? (PROGRAMS.some(({ name }) => name === 'perf') ? undefined : 'needs perf');
const folder = mkdtempSync(join(tmpdir(), 'fbf-own-perf-'));
let sshd: Sshd;
let host: Host;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({ logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' }] });
  process.env['FBF_RECORDINGS'] = join(folder, 'recordings');
  process.env['FBF_SSH_CONFIG'] = sshd.config;
  host = await connect(sshd.url());
});
afterAll(async () => {
  if (why === undefined) {
    await host.close();
    sshd.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

type Rows = Answer<Record<string, number | string | undefined>>;
const perf = async (argv: readonly string[], seconds = 2, on = host): Promise<Rows> =>
  (await on.perf(argv, { seconds })) as Rows;
const refused = async (argv: readonly string[], on = host): Promise<FridayError> => {
  const error: unknown = await on.perf(argv, { seconds: 2 }).then(
    (answer) => answer,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(FridayError);
  return error as FridayError;
};
/** Runs until it has burnt some CPU time, and prints. */
const BURN = ['--', 'sh', '-c', 'i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done; echo printed'];

describe.skipIf(why)(`perf of one's own over ssh (${why ?? 'runs'})`, () => {
  it('record gives the samples of its command, which ends the window, and the same ones from the recording', async () => {
    const argv = ['record', '-e', 'cpu-clock', '-g', ...BURN];
    const answer = await perf(argv, 1000);
    expect(answer.rows().filter(({ comm }) => comm === 'sh').length).toBeGreaterThan(50);
    expect(Object.keys(answer.columns)).toEqual(expect.arrayContaining(['t', 'pid', 'comm', 'event', 'stack']));
    expect(answer.how).toMatchObject({ question: 'perf record', tool: 'perf', grain: 'events', coverage: 1 });
    expect(answer.how.program).toContain('perf record -o - -k CLOCK_MONOTONIC');
    const again = await connect(`recording:${answer.how.recording}`);
    expect((await perf(argv, 10, again)).rows()).toEqual(answer.rows());
    expect((await refused(['record', '-a'], again)).kind).toBe('missing');
    expect((await host.audit()).size).toBe(0);
  });

  it('record of a tracepoint of the whole host is interrupted at the end of the window', async () => {
    const answer = await perf(['record', '-e', 'sched:sched_switch', '-a']);
    expect(answer.size).toBeGreaterThan(10);
    expect(new Set(answer.rows().map(({ event }) => event))).toEqual(new Set(['sched:sched_switch']));
  });

  it('stat gives a row per second in the columns of cpu-counters, or per event with events of its own', async () => {
    const counters = await perf(['stat', '-a'], 3);
    expect(counters.size).toBeGreaterThanOrEqual(3);
    for (const { contextSwitches } of counters) expect(contextSwitches).toBeGreaterThan(0);
    const events = await perf(['stat', '-e', 'context-switches,page-faults', '-a'], 3);
    expect(new Set(events.rows().map(({ event }) => event))).toEqual(new Set(['context-switches', 'page-faults']));
    expect(events.size).toBeGreaterThanOrEqual(6);
  });

  it('other subcommands give their lines', async () => {
    const lines = await perf(['list', 'sw']);
    expect(lines.rows().some(({ line }) => String(line).includes('context-switches'))).toBe(true);
  });

  it('what perf refuses is an error in its own words, and needs rights that sudo may give', async () => {
    const wrong = await refused(['record', '-e', 'no-such-event', '-a']);
    expect([wrong.kind, wrong.what]).toEqual(['usage', expect.stringContaining("event syntax error: 'no-such-event'")]);
    const plain = await connect(sshd.url('plain'));
    const denied = await refused(['record', '-e', 'sched:sched_switch', '-a'], plain);
    expect(denied.kind).toBe('not-allowed');
    await plain.close();
    const sudoer = await connect(sshd.url('sudoer'), { allow: ['sudo'] });
    expect((await perf(['record', '-e', 'sched:sched_switch', '-a'], 2, sudoer)).size).toBeGreaterThan(10);
    await sudoer.close();
  });
});
