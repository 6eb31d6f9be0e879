import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, AskOptions, Host, Limits, MinuteQuestions, Pending } from '../../src/lib/api.ts';
import { sixtySeconds } from '../../src/lib/methods/sixty-seconds/sixty-seconds.ts';
import { connect } from '../../src/lib/session/connect.ts';
import { DISPLAY, type Shown } from '../../src/lib/views/view.ts';
import { below } from './processes.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why = whyNoSshd();
const folder = mkdtempSync(join(tmpdir(), 'fbf-cut-'));
let sshd: Sshd | undefined;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd();
  process.env['FBF_SSH_CONFIG'] = sshd.config;
});
beforeEach(() => {
  process.env['FBF_RECORDINGS'] = join(folder, 'recordings');
});
afterAll(() => {
  sshd?.stop();
  delete process.env['FBF_SSH_CONFIG'];
  delete process.env['FBF_RECORDINGS'];
  rmSync(folder, { recursive: true, force: true });
});

const using = async <T>(url: string | readonly string[], work: (host: Host) => Promise<T>, limits?: Limits) => {
  const host = await connect(url, limits);
  try {
    return await work(host);
  } finally {
    await host.close();
  }
};

/** The build adds the types of questions; here an answer has generic rows. */
const ask = (host: Host, question: string, options?: AskOptions): Pending<Answer> =>
  (host.ask as (...args: unknown[]) => unknown)(question, options) as Pending<Answer>;
const askMany = (host: Host, questions: Readonly<Record<string, string>>, options?: AskOptions) =>
  (host.ask as (...args: unknown[]) => unknown)(questions, options) as Pending<Minute>;
type Minute = Readonly<Record<keyof MinuteQuestions | 'load', Answer>>;

/** The rows that an unfinished answer has now; reading `sofar` updates it. */
const rowsOf = (pending: Pending<Answer>): number => pending.sofar?.size ?? 0;

/** Waits until a recording of load averages (one row per second) has some seconds. */
const seconds = (pending: Pending<Answer>, n: number): Promise<void> =>
  expect.poll(() => rowsOf(pending), { timeout: 200_000, interval: 100 }).toBeGreaterThan(n);

/** Kills the first descendant of this process whose command line matches. */
const end = (holds: (words: readonly string[]) => boolean, signal: NodeJS.Signals, top = process.pid): void => {
  const found = below(top).find(({ words: its }) => holds(its)) ?? expect.fail('no such process');
  process.kill(found.pid, signal);
};
const isRecorder = (its: readonly string[]): boolean => its.join(' ').includes('recorder/main');
const isSampler = (its: readonly string[]): boolean => its[0] === 'fbf-sampler';

const textOf = async (view: object): Promise<string> =>
  String(((await (view as Shown)[DISPLAY]()) as Record<string, unknown>)['text/plain']);

/**
 * Checks what every cut answer says first, in all its forms: the cut and the share of the window that was seen; also
 * after reopening.
 */
const saysItWasCut = async (answer: Answer, cause: RegExp, asked: number): Promise<string> => {
  const { cut = expect.fail('it does not say that it was cut'), coverage, recording } = answer.how;
  const [, seen, of, said = ''] = /^Cut after ([\d.]+) of (\d+) s: (.*)\.$/.exec(cut) ?? expect.fail(cut);
  expect(said).toMatch(cause);
  expect(Number(of)).toBe(asked);
  expect(Math.abs(coverage - Number(seen) / asked)).toBeLessThan(1.5 / asked);
  expect(answer.say.startsWith(cut), answer.say).toBe(true);
  expect(await textOf(answer.explain())).toContain(cut);
  await using(`recording:${recording}`, async (again) => {
    const { how } = await ask(again, answer.how.question);
    expect([how.cut, how.coverage]).toEqual([cut, coverage]);
  });
  return cut;
};

describe('an answer that was cut on this machine:', () => {
  const cutBy = async (kill: (pending: Pending<Answer>) => unknown, cause: RegExp, limits?: Limits): Promise<void> => {
    await using(
      'local:',
      async (host) => {
        const pending = ask(host, 'load-average', { seconds: 40, hz: 5 });
        await seconds(pending, 6);
        void kill(pending);
        await saysItWasCut(await pending, cause, 40);
      },
      limits,
    );
  };

  it('stop() was called', () => cutBy((pending) => pending.stop(), /^it was stopped$/));
  it('the recorder was killed', () => cutBy(() => { end(isRecorder, 'SIGKILL'); }, /^the recorder was killed$/)); // prettier-ignore
  it('the recorder got SIGTERM', () => cutBy(() => { end(isRecorder, 'SIGTERM'); }, /^the recorder got SIGTERM$/)); // prettier-ignore
  it('the sampler was killed', () => cutBy(() => { end(isSampler, 'SIGKILL'); }, /^the sampler on the host was killed by signal 9$/)); // prettier-ignore
  it('the sampler got SIGTERM', () => cutBy(() => { end(isSampler, 'SIGTERM'); }, /^another process on the host stopped the sampler$/)); // prettier-ignore
  it('it reached the size limit of connect()', () => cutBy(() => undefined, /reached its limit of 40000 bytes \(maxBytes\)$/, { maxBytes: '40KB' })); // prettier-ignore

  it('the disk was full', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('needs root to mount a small disk');
    const small = mkdtempSync(join(tmpdir(), 'fbf-small-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
    process.env['FBF_RECORDINGS'] = small;
    try {
      await using('local:', async (host) => {
        const answer = await ask(host, 'system-activity', { seconds: 60, hz: 50 });
        await saysItWasCut(answer, /^the disk of the recording is full$/, 60);
      });
    } finally {
      execFileSync('umount', [small]);
      rmSync(small, { recursive: true });
    }
  });
});

describe.skipIf(why)(`an answer from a host that dies (${why ?? 'runs'})`, () => {
  const machine = (): Sshd => sshd ?? expect.fail('no sshd');
  const killSshd = (): void => {
    const serving = below(machine().pid).filter(({ words: its }) => its[0]?.startsWith('sshd: root') === true);
    expect(serving.length).toBeGreaterThan(0);
    for (const { pid } of serving) process.kill(pid, 'SIGKILL');
  };

  it('says first that it was cut: after verbs, in figures, in the first minute, and when it is opened again', () =>
    using(machine().url(), async (host) => {
      const minute = askMany(host, { ...sixtySeconds.questions, load: 'load-average' }, { seconds: 30 });
      await expect.poll(() => minute.sofar?.load.size ?? 0, { timeout: 200_000 }).toBeGreaterThan(4);
      killSshd();
      const answers = await minute;
      const cut = await saysItWasCut(answers.load, /^the host stopped answering$/, 30);
      const joined = answers.iostat.rate().joinTime({ load: answers.load });
      const made = [
        answers.load.filter(() => true),
        answers.load.derive({ twice: ({ load1 }: { load1: number }) => 2 * load1 }).slice(2),
        answers.mpstat.groupby('cpu').count(),
        answers.mpstat.windows(({ idle }: { idle: number }) => idle < 1),
        joined,
      ];
      for (const each of made) expect([each.how.cut, each.say.startsWith(cut)]).toEqual([cut, true]);
      expect(await textOf(answers.load.line('load1'))).toContain(cut);
      const findings = sixtySeconds(answers);
      expect(findings.cleared).toEqual([]);
      expect(findings.say).not.toContain('uled out');
    }));

  it('names the host whose capture was cut, if there are several', () =>
    using([machine().url(), 'local:'], async (hosts) => {
      const pending = ask(hosts, 'load-average', { seconds: 12 });
      await seconds(pending, 6);
      killSshd();
      const { how, say } = await pending;
      const [there] = how.host.split(', ');
      expect(how.cut).toMatch(/^\S+ .*was cut after [\d.]+ of 12 s: the host stopped answering\.$/);
      expect(how.cut?.startsWith(`${there ?? '-'} was cut after`), how.cut).toBe(true);
      expect(how.coverage).toBeLessThan(0.9);
      expect(say.startsWith(how.cut ?? '-')).toBe(true);
    }));
});
