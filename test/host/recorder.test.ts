import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FridayError } from '../../src/lib/errors.ts';
import { openRecording } from '../../src/lib/recording/open.ts';
import { sayWarning } from '../../src/lib/recording/warning.ts';
import { isOurs, RECORDER_NAME } from '../../src/lib/our-processes.ts';
import { sources } from '../../src/lib/sources/list.ts';
import { startRecorder } from '../../src/recorder/client.ts';
import type { Order, Prompt, PromptUser, RecorderClient } from '../../src/recorder/client.ts';
import { below } from './processes.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why = whyNoSshd();
const folder = mkdtempSync(join(tmpdir(), 'fbf-recorder-'));
let count = 0;
const newDir = (): string => join(folder, String(count++));

let sshd: Sshd;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({
    logins: [
      { name: 'plain' },
      { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL', shell: '/usr/bin/fish' },
      { name: 'typist', sudo: 'ALL=(ALL) ALL', password: "it's", keyless: true },
      { name: 'limited', sudo: 'ALL=(ALL) NOPASSWD: /usr/bin/perf' },
      { name: 'tty', sudo: 'ALL=(ALL) NOPASSWD: ALL\nDefaults:tty requiretty' },
    ],
  });
});
afterAll(() => {
  if (why === undefined) sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

const wanted = (names: readonly string[], hz: number): Order['sources'] =>
  sources.filter(({ name }) => names.includes(name)).map(({ name, recipe }) => ({ name, recipe, hz }));
const SYSTEM = ['proc.stat', 'proc.meminfo', 'proc.vmstat'];
const order = (more: Partial<Order> = {}): Order => ({
  dir: newDir(),
  seconds: 2,
  sources: wanted(SYSTEM, 5),
  ...more,
});
const sizeOf = async (dir: string, name: string): Promise<number> =>
  (await (await openRecording(dir)).table(name)).table.size;
const failure = (work: Promise<unknown>): Promise<FridayError> =>
  work.then(
    () => expect.fail('expected an error'),
    (error: unknown) => (error instanceof FridayError ? error : Promise.reject(error as Error)),
  );
const using = async <T>(start: Promise<RecorderClient>, work: (client: RecorderClient) => Promise<T>): Promise<T> => {
  const client = await start;
  try {
    return await work(client);
  } finally {
    await client.close();
  }
};
const local = <T>(work: (client: RecorderClient) => Promise<T>): Promise<T> => using(startRecorder('local:'), work);
const at = (login: string, promptUser?: PromptUser) =>
  startRecorder(sshd.url(login), { sshConfig: sshd.config, promptUser });

describe('a recorder', () => {
  it('knows the facts of the host that it is connected to', () =>
    local(async ({ facts, tools, access }) => {
      expect(facts.bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
      expect(facts.kernel).toBe(readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim());
      expect(facts.memory).toBeGreaterThan(2 ** 20);
      expect(tools).toHaveProperty('cat');
      expect(access).toMatchObject({ root: process.getuid?.() === 0, hidepid: '' });
    }));

  it('records the whole window: complete samples, clocks, the process table, and its cost', () =>
    local(async (client) => {
      const told: number[] = [];
      const run = client.record(order({ onProgress: ({ samples }) => told.push(samples) }));
      const { status, clocks, processes, overhead, tools } = await run.done;
      expect(status).toBe('complete');
      expect(await sizeOf(run.dir, 'proc.stat')).toBeGreaterThan(5);
      expect(clocks.length).toBeGreaterThanOrEqual(2);
      for (const { error, notebook, realtime } of clocks) {
        expect(error).toBeLessThan(0.5);
        expect(Math.abs(notebook - realtime)).toBeLessThanOrEqual(error + 0.05); // the same machine
      }
      expect(processes.map(({ pid }) => pid)).toContain(process.pid);
      expect(overhead.cpu).toBeGreaterThan(0);
      expect(overhead.memory).toBeGreaterThan(2 ** 20);
      expect(overhead.bytes).toBeGreaterThan(1000);
      expect(tools['perl']).toMatch(/^5\./);
      expect(told.at(-1)).toBeGreaterThan(5);
    }));

  it('keeps the data recorded before a stop, marked as cut', () =>
    local(async (client) => {
      const run = client.record(order({ seconds: 60 }));
      await expect.poll(() => run.progress?.samples ?? 0, { timeout: 200_000 }).toBeGreaterThan(6);
      const { status, reason, seconds } = await run.stop();
      expect(seconds).toBe(60);
      expect([status, reason]).toEqual(['cut', 'it was stopped']);
      expect(await sizeOf(run.dir, 'proc.stat')).toBeGreaterThan(1);
    }));

  it('has its own name in /proc, by which no verdict on this machine blames it', () =>
    local(async () => {
      const [recorder] = below(process.pid).filter(({ words }) => words.join(' ').includes('recorder/main'));
      expect(readFileSync(`/proc/${String(recorder?.pid)}/comm`, 'utf8').trim()).toBe(RECORDER_NAME);
      expect(isOurs({ name: RECORDER_NAME })).toBe(true);
      await Promise.resolve();
    }));

  it('ends running recordings as cut when it is closed', async () => {
    const client = await startRecorder('local:');
    const run = client.record(order({ seconds: 60 }));
    await expect.poll(() => run.progress?.samples ?? 0, { timeout: 200_000 }).toBeGreaterThan(3);
    await client.close();
    expect((await openRecording(run.dir)).manifest.status).toBe('cut');
  });

  it('keeps recording while its owner computes for six seconds', () =>
    using(startRecorder('local:', { away: 3 }), async (client) => {
      const run = client.record(order({ seconds: 9, sources: wanted(['proc.stat'], 2) }));
      await expect.poll(() => run.progress?.samples ?? 0, { timeout: 200_000 }).toBeGreaterThan(1);
      for (const end = performance.now() + 6000; performance.now() < end;);
      expect((await run.done).status).toBe('complete');
      expect(await sizeOf(run.dir, 'proc.stat')).toBeGreaterThan(12);
    }));

  it('makes several recordings at the same time', () =>
    local(async (client) => {
      const runs = [1, 2, 3].map(() => client.record(order()));
      expect((await Promise.all(runs.map(({ done }) => done))).map(({ status }) => status)).toEqual(['complete', 'complete', 'complete']); // prettier-ignore
    }));

  it('refuses a folder that is not empty, and keeps working', () =>
    local(async (client) => {
      const first = client.record(order());
      await first.done;
      expect((await failure(client.record(order({ dir: first.dir })).done)).kind).toBe('recording');
      expect((await client.record(order()).done).status).toBe('complete');
    }));

  it('ends a recording at its size limit', () =>
    local(async (client) => {
      const run = client.record(order({ seconds: 60, maxBytes: 20_000, sources: wanted(SYSTEM, 50) }));
      expect((await run.done).reason).toBe('the recording reached its limit of 20000 bytes (maxBytes)');
    }));

  it('runs a command and returns its output and status; kills it and its descendants at the time limit', () =>
    local(async (client) => {
      const { stdout, stderr, status } = await client.run('echo out; echo err >&2; exit 3');
      expect([Buffer.from(stdout).toString(), stderr, status]).toEqual(['out\n', 'err\n', 3]);
      const { cut } = await client.run('sh -c "sleep 4713; :" & wait', { seconds: 1 });
      expect(cut).toBe('Cut after 1 s, its time limit: the command was stopped.');
      expect((await client.sh('grep -l "^sleep.4713" /proc/[0-9]*/cmdline')).status).not.toBe(0);
    }));

  it('keeps the first 64 MB of the output of a command, and says that it was cut', () =>
    local(async (client) => {
      const most = 64 * 2 ** 20;
      const whole = await client.run(`head -c ${String(most)} /dev/zero`);
      expect([whole.stdout.length, whole.status, whole.cut]).toEqual([most, 0, undefined]);
      const { stdout, cut } = await client.run('echo begun; exec cat /dev/zero');
      expect([stdout.length, Buffer.from(stdout.subarray(0, 6)).toString()]).toEqual([most, 'begun\n']);
      expect(cut).toBe(
        'Cut after 64 MB of output: the command was stopped. Redirect its output to a file, or print less.',
      );
    }));

  it('keeps the data that fits on the disk, and says that the disk is full', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('needs root to mount a small disk');
    const small = mkdtempSync(join(tmpdir(), 'fbf-small-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', small]);
    try {
      await local(async (client) => {
        const run = client.record(order({ dir: join(small, 'r'), seconds: 60, sources: wanted(['proc.vmstat', 'proc.stat'], 50) })); // prettier-ignore
        while ((run.progress?.samples ?? 0) < 100) await new Promise((resolve) => setTimeout(resolve, 50));
        spawnSync('dd', ['if=/dev/zero', `of=${join(small, 'rest')}`, 'bs=4k'], { stdio: 'ignore' });
        const { status, reason } = await run.done;
        expect([status, reason]).toEqual(['cut', expect.stringMatching(/full|space/i)]);
        expect(await sizeOf(run.dir, 'proc.vmstat')).toBeGreaterThan(10);
      });
    } finally {
      execFileSync('umount', [small]);
      rmSync(small, { recursive: true });
    }
  });
});

describe.skipIf(why)(`a recorder on a host over ssh (${why ?? 'runs'})`, () => {
  it.each(['plain', 'sudoer', 'root'])('records as %s', (login) =>
    using(at(login), async (client) => {
      const run = client.record(order());
      const { status, host } = await run.done;
      expect([status, host.user]).toEqual(['complete', login]);
      expect(await sizeOf(run.dir, 'proc.stat')).toBeGreaterThan(5);
    }),
  );

  it.each([
    ['sudoer', undefined, []],
    ['typist', "it's", ['password', 'sudo']],
  ] as const)('reads the I/O of all processes through sudo, as %s', async (login, word, expected) => {
    const asked: string[] = [];
    const prompt = word === undefined ? undefined : ({ about }: Prompt) => { asked.push(about); return Promise.resolve(word); }; // prettier-ignore
    await using(at(login, prompt), async (client) => {
      const run = client.record(order({ sudo: true, sources: wanted(['proc.pid.io'], 1) }));
      const { status, warnings } = await run.done;
      expect([status, warnings]).toEqual(['complete', []]);
      const { table } = await (await openRecording(run.dir)).table('proc.pid.io');
      expect(table.size).toBeGreaterThan(5);
    });
    expect(asked).toEqual(expected);
  });

  it.each([
    ['typist', 'auth'],
    ['limited', 'NOPASSWD|allowed|password'],
    ['tty', 'terminal'],
    ['plain', 'password'],
  ])('records as %s, with a warning, where sudo does not let it', async (login, says) => {
    const prompt = ({ about }: Prompt): Promise<string> => Promise.resolve(about === 'sudo' ? 'wrong' : "it's");
    await using(at(login, login === 'typist' ? prompt : undefined), async (client) => {
      const { status, warnings } = await client.record(order({ sudo: true })).done;
      expect(status).toBe('complete');
      expect(warnings.map(sayWarning).join()).toMatch(new RegExp(says === 'auth' ? 'password' : says));
    });
  });

  it('ends an interrupted connect at once', async () => {
    const stop = new AbortController();
    const work = startRecorder(sshd.url('typist'), { sshConfig: sshd.config, signal: stop.signal, promptUser: () => new Promise(() => undefined) }); // prettier-ignore
    setTimeout(() => {
      stop.abort();
    }, 1500);
    expect((await failure(work)).kind).toBe('interrupted');
  });

  it('needs at most twenty round trips until the first sample', async () => {
    const file = join(folder, 'trips');
    const proxy = `ProxyCommand ${process.execPath} ${join(import.meta.dirname, 'delayproxy.ts')} %h %p 20 ${file}`;
    const far = await startSshd({ ssh: [proxy] });
    try {
      await using(startRecorder(far.url(), { sshConfig: far.config }), async (client) => {
        const connected = Number(readFileSync(file, 'utf8'));
        let first = 0;
        const run = client.record(order({ seconds: 3, onProgress: ({ samples }) => { if (samples > 0 && first === 0) first = Number(readFileSync(file, 'utf8')); } })); // prettier-ignore
        await run.done;
        expect(connected).toBeLessThanOrEqual(12);
        expect(first).toBeGreaterThan(connected);
        expect(first).toBeLessThanOrEqual(20);
      });
    } finally {
      far.stop();
    }
  });
});

describe.skipIf(why)(`a host that hides processes of others (${why ?? 'runs'})`, () => {
  it('is recorded without the hidden processes, and the recording says so', async () => {
    const shy = await startSshd({ logins: [{ name: 'plain' }], before: ['mount -o remount,hidepid=2 /proc'] });
    try {
      await using(startRecorder(shy.url('plain'), { sshConfig: shy.config }), async (client) => {
        expect(client.access.hidepid).toMatch(/^hidepid=/);
        const run = client.record(order());
        const { status, processes } = await run.done;
        expect([status, processes.length > 0, processes.some(({ user }) => user === 'root')]).toEqual(['complete', true, false]); // prettier-ignore
        await expect.poll(async () => (await client.audit()).left).toEqual([]);
      });
    } finally {
      shy.stop();
    }
  });
});

describe.skipIf(why)(`a host that has no perl (${why ?? 'runs'})`, () => {
  it.each([
    ['head', ['perl']],
    ['cat', ['perl', 'head', 'tail']],
  ] as const)('is recorded by %s', async (tool, lacks) => {
    const hide = lacks.map((name) => `f=$(readlink -f "$(command -v ${name})"); : >/run/none; chmod 0 /run/none; mount --bind /run/none "$f"`); // prettier-ignore
    const poor = await startSshd({ before: hide });
    try {
      await using(startRecorder(poor.url(), { sshConfig: poor.config }), async (client) => {
        expect(Object.keys(client.tools)).not.toContain('perl');
        const run = client.record(order({ seconds: 3, sources: wanted(SYSTEM, 1) }));
        const { status, sources: recorded, clocks } = await run.done;
        expect([status, recorded['proc.stat']?.tool]).toEqual(['complete', tool]);
        expect(clocks.every(({ monotonic }) => monotonic > 0)).toBe(true);
        expect(await sizeOf(run.dir, 'proc.stat')).toBeGreaterThan(1);
      });
    } finally {
      poor.stop();
    }
  });
});
