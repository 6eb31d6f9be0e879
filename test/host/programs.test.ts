import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FridayError } from '../../src/lib/errors.ts';
import type { ProgramFact } from '../../src/lib/recording/format.ts';
import { openRecording } from '../../src/lib/recording/open.ts';
import { sources } from '../../src/lib/sources/list.ts';
import type { Program } from '../../src/lib/sources/program.ts';
import { readProfile } from '../../src/lib/sources/profile-reader.ts';
import { startRecorder, type Order, type RecorderClient } from '../../src/recorder/client.ts';
import { BPFTRACE, PERF, PROGRAMS } from './programs.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why = whyNoSshd() ?? (PROGRAMS.length < 2 ? 'needs perf and bpftrace' : undefined);
const folder = mkdtempSync(join(tmpdir(), 'fbf-programs-'));
let sshd: Sshd;
let client: RecorderClient;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({
    logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL', shell: '/usr/bin/fish' }],
  });
  client = await startRecorder(sshd.url(), { sshConfig: sshd.config });
});
afterAll(async () => {
  if (why === undefined) {
    await client.close();
    sshd.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const STAT = sources.filter(({ name }) => name === 'proc.stat').map(({ name, recipe }) => ({ name, recipe, hz: 2 }));
const order = (ways: Readonly<Record<string, readonly Program[]>>, more: Partial<Order> = {}): Order => ({
  dir: join(folder, String(count++)),
  seconds: 2,
  sources: STAT,
  programs: Object.entries(ways).map(([name, each]) => ({ name, ways: each })),
  ...more,
});
const shell = (text: string, more: Partial<Program> = {}): Program => ({
  tool: 'sh',
  argv: ['sh', '-c', text],
  stop: 'TERM',
  grace: 2,
  ...more,
});
const factsOf = async (wanted: Order, on = client): Promise<Readonly<Record<string, ProgramFact>>> =>
  (await on.record(wanted).done).programs ?? {};
const written = (wanted: Order, name: string, file: 'output' | 'stderr'): string =>
  readFileSync(join(wanted.dir, 'programs', name, file), 'utf8');
/** Prints a line, then waits for its signal and prints another. */
const PATIENT = 'echo begun; trap "echo ended; exit 0" TERM; while :; do sleep 0.1; done';

describe.skipIf(why)(`programs beside the sampler (${why ?? 'runs'})`, () => {
  it('run over the whole window, each with its text, status, bytes and cost in the manifest', async () => {
    const wanted = order({ perf: [PERF], bpftrace: [BPFTRACE] });
    const manifest = await client.record(wanted).done;
    const { perf, bpftrace } = manifest.programs ?? {};
    expect([manifest.status, perf?.status, bpftrace?.status]).toEqual(['complete', 'ok', 'ok']);
    expect(bpftrace?.program).toEqual(BPFTRACE);
    for (const fact of [perf, bpftrace]) {
      expect(fact?.began).toBeLessThanOrEqual(0);
      expect(fact?.ended).toBeGreaterThanOrEqual(2);
      expect(fact?.cpu).toBeGreaterThan(0);
      expect(fact?.memory).toBeGreaterThan(1e6);
    }
    expect(manifest.overhead.memory).toBeGreaterThan(bpftrace?.memory ?? Infinity);
    const opened = (await openRecording(wanted.dir)).program('perf');
    const profile = await readProfile(createReadStream(opened?.output ?? ''));
    expect(profile.samples.size).toBeGreaterThan(49);
    expect(written(wanted, 'perf', 'stderr')).toContain('perf record');
    expect(written(wanted, 'bpftrace', 'output')).toContain('"type": "map"');
    expect((await client.audit()).left).toEqual([]);
  });

  it('fall to the next way if one does not start, and say why', async () => {
    const missing = { ...PERF, tool: 'perfect', argv: ['perfect', 'record'] };
    const refused = { ...PERF, argv: ['perf', 'record', '-e', 'no-such-event', '-a', '-o', '-'] };
    const unattached = { ...BPFTRACE, input: 'tracepoint:sched:no_such_event { @ = count(); }' };
    const { profile } = await factsOf(order({ profile: [missing, refused, unattached, PERF] }));
    expect(profile).toMatchObject({ status: 'ok', program: PERF });
    expect(profile?.refused.map(({ tool, why: reason }) => `${tool}: ${reason}`)).toEqual([
      expect.stringMatching(/^perfect: .*not found/),
      expect.stringMatching(/^perf: .*event syntax error/),
      expect.stringMatching(/^bpftrace: .*no_such_event/),
    ]);
  });

  it('do not stop the others when one fails, at its start or later', async () => {
    const facts = await factsOf(
      order({
        never: [shell('echo no right >&2; exit 3')],
        later: [shell('echo 1; sleep 1; exit 4')],
        fine: [shell(PATIENT)],
      }),
    );
    expect(facts['never']).toMatchObject({ status: 'failed', why: 'it exited with status 3: no right' });
    expect(facts['later']).toMatchObject({ status: 'failed', why: 'it exited with status 4', exit: 4, bytes: 2 });
    expect(facts['fine']).toMatchObject({ status: 'ok', exit: 0 });
  });

  it('have the time that they ask for to print their last words after the signal that they ask for', async () => {
    const wanted = order({
      slow: [shell('trap "sleep 3; echo last; exit 0" TERM; echo first; while :; do sleep 0.1; done', { grace: 6 })],
      deaf: [shell('trap "" TERM; echo first; while :; do sleep 0.1; done', { grace: 1 })],
    });
    const facts = await factsOf(wanted);
    expect(written(wanted, 'slow', 'output')).toBe('first\nlast\n');
    expect(facts['slow']).toMatchObject({ status: 'ok', bytes: 11 });
    expect(facts['deaf']).toMatchObject({ status: 'cut', why: 'it was killed before its last output' });
  });

  it('keep what was written when they are stopped early, and leave nothing on the host', async () => {
    const wanted = order({ perf: [PERF], words: [shell(PATIENT)] }, { seconds: 60 });
    const run = client.record(wanted);
    while ((run.progress?.seconds ?? 0) < 1) await new Promise((resolve) => setTimeout(resolve, 100));
    const { status, reason, programs } = await run.stop();
    expect([status, reason]).toEqual(['cut', 'it was stopped']);
    expect(programs?.['words']?.status).toBe('ok');
    expect(written(wanted, 'words', 'output')).toBe('begun\nended\n');
    expect(
      (await readProfile(createReadStream(join(wanted.dir, 'programs/perf/output')))).samples.size,
    ).toBeGreaterThan(0);
    expect((await client.audit()).left).toEqual([]);
  });

  it('can be stopped while they attach', async () => {
    const wanted = order({ silent: [shell('sleep 50')] });
    const run = client.record(wanted);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { status, programs } = await run.stop();
    expect(status).toBe('cut');
    expect(programs?.['silent']).toMatchObject({ status: 'failed', why: 'the capture was stopped' });
    expect((await client.audit()).left).toEqual([]);
  });

  it('fail as a whole, with every reason, if nothing else was asked and no way starts', async () => {
    const wanted = order({ profile: [shell('echo no right >&2; exit 3'), shell('exit 4')] }, { sources: [] });
    const failed = await client.record(wanted).done.catch((error: unknown) => error as FridayError);
    expect(failed).toBeInstanceOf(FridayError);
    expect((failed as FridayError).what).toContain(
      'sh: it exited with status 3: no right; sh: it exited with status 4',
    );
  });

  it('get their text unchanged: quotes, dollars, backslashes, lines that look like the end', async () => {
    const input = 'it\'s "$HOME" `id` \\n \\ $(id)\nEOF\nFBF_0\n';
    const wanted = order({ echo: [shell('cat; sleep 20', { input })] });
    await client.record(wanted).done;
    expect(written(wanted, 'echo', 'output')).toBe(input);
    const words = ["it's", '$HOME', '', 'a\nb', '`id`'];
    const listed = order({
      list: [{ ...shell(''), argv: ['sh', '-c', 'printf "<%s>" "$@"; sleep 20', 'sh', ...words] }],
    });
    await client.record(listed).done;
    expect(written(listed, 'list', 'output')).toBe(words.map((word) => `<${word}>`).join(''));
  });

  it('keep their standard error apart from the supervisor, 1 MB of it at most', async () => {
    const wanted = order({ loud: [shell('echo 1; yes "@@fbf.0 ready 1 2@@ words" | head -c 3000000 >&2; sleep 20')] });
    const { loud } = await factsOf(wanted);
    expect(loud?.status).toBe('ok');
    const said = written(wanted, 'loud', 'stderr');
    expect(said.length).toBeGreaterThan(500_000);
    expect(said.length).toBeLessThanOrEqual(1.1e6);
    expect(said.startsWith('@@fbf.0 ready 1 2@@ words\n@@fbf.0 ready')).toBe(true);
    expect(said).toContain('bytes are left out here');
  });

  it('run as root where sudo is allowed, and as the login otherwise', async () => {
    for (const [login, sudo, uid] of [
      ['sudoer', true, '0'],
      ['plain', true, ''],
      ['sudoer', false, ''],
    ] as const) {
      const other = await startRecorder(sshd.url(login), { sshConfig: sshd.config });
      const wanted = order({ id: [shell('id -u; sleep 20')] }, { sudo });
      const manifest = await other.record(wanted).done;
      await other.close();
      if (uid === '0') expect(written(wanted, 'id', 'output')).toBe('0\n');
      else expect(Number(written(wanted, 'id', 'output'))).toBeGreaterThan(0);
      expect(manifest.warnings.filter(({ code }) => code === 'not-as-root')).toHaveLength(login === 'plain' ? 1 : 0);
    }
  });
});
