import { spawnSync } from 'node:child_process';
import { PassThrough, Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { FridayError } from '../../src/lib/errors.ts';
import { compareSnapshots } from '../../src/lib/supervisor/audit.ts';
import { readReadiness } from '../../src/lib/supervisor/facts.ts';
import { beginMark, endMark, readFrame } from '../../src/lib/transport/frames.ts';
import { framed } from '../../src/lib/transport/shell.ts';
import { greeting } from '../../src/lib/transport/greeting.ts';
import { auditText } from '../../src/cli/commands/audit.ts';
import { promptOf } from '../../src/recorder/prompt.ts';
import { planStreams } from '../../src/recorder/streams.ts';
import { openWire } from '../../src/recorder/wire.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('a frame of the control channel', () => {
  const said = `NOISE ${endMark('n')}9@@\n${beginMark('n')}a\0b @@fbf-other 3@@\n${endMark('n')}7@@rest`;
  it.each([1, 2, 3, 7, 1000])(
    'is found in pieces of %i bytes, after any other output and with any contents',
    (size) => {
      const frame = readFrame('n', 1e6);
      let rest: Uint8Array | undefined;
      for (let at = 0; at < said.length && rest === undefined; at += size)
        rest = frame.add(bytes(said.slice(at, at + size)));
      expect(frame.bytes().toString('latin1')).toBe('a\0b @@fbf-other 3@@\n');
      expect(frame.status()).toBe(7);
    },
  );
  it('is never found in an echo of the script', () => {
    const frame = readFrame('n', 1e6);
    expect(frame.add(bytes(framed('echo', 'n', '</dev/null')))).toBeUndefined();
    expect(frame.status()).toBe(-1);
  });
  it('is given up if a login shell prints without end', () => {
    const frame = readFrame('n', 10_000);
    expect(() => {
      for (let i = 0; i < 100; i++) frame.add(new Uint8Array(1000));
    }).toThrow(RangeError);
  });
});

describe('the facts of a host', () => {
  const SAID = 'hostname\tweb1\nuname\t6.1.0 x86_64\nboot\tb\nos\t"Debian 12"\ncpus\t4\npage\t4096\nticks\t100\nmemory\t1024\nuser\tal\nuid\t1000\n'; // prettier-ignore
  it('are read from lines', () => {
    const { facts } = readReadiness('ssh://web1', SAID);
    expect(facts).toMatchObject({
      hostname: 'web1',
      kernel: '6.1.0',
      arch: 'x86_64',
      os: 'Debian 12',
      cpus: 4,
      memory: 2 ** 20,
    });
  });
  it('are read despite invalid lines, missing lines and hostile names', () => {
    const { facts, access } = readReadiness(
      'ssh://web1',
      '\0\t\nNOISE\nhostname\t\u001b[31mevil\u202ename\ncpus\tmany\n\t\t\t\n',
    );
    expect(facts).toMatchObject({ hostname: '[31mevilname', cpus: 1, pageSize: 4096, ticks: 100 });
    expect(access).toEqual({
      root: false,
      hidepid: '',
      perfEventParanoid: undefined,
      perfEvents: true,
      capable: { perfmon: false, bpf: false },
      seccomp: false,
      lockdown: 'none',
      pmu: '',
      tracefs: 'absent',
    });
  });
  it('say what the login may do', () => {
    const access = (lines: string) => readReadiness('u', SAID + lines).access;
    expect(access('paranoid\t2\n').perfEventParanoid).toBe(2);
    expect(access('paranoid\t-1\n').perfEventParanoid).toBe(-1);
    expect(access('uid\t0\nlockdown\tnone [integrity] confidentiality\n')).toMatchObject({ root: true, lockdown: 'integrity' }); // prettier-ignore
    expect(access('lockdown\t[none] integrity confidentiality\n').lockdown).toBe('none');
    expect(['rw,hidepid=2', 'rw,hidepid=0', 'rw'].map((procfs) => access(`procfs\t${procfs}\n`).hidepid)).toEqual(['hidepid=2', '', '']); // prettier-ignore
    expect(['w', 'r', '-', '!'].map((mark) => access(`tracefs\t${mark}\n`).tracefs)).toEqual(['write', 'read', 'no', 'absent']); // prettier-ignore
  });
  it('say which capabilities it has, whether a seccomp filter limits it, and whether the kernel has perf events', () => {
    const access = (lines: string) => readReadiness('u', SAID + lines).access;
    const all = { perfmon: true, bpf: true };
    const none = { perfmon: false, bpf: false };
    expect(access('caps\t000001ffffffffff\n').capable).toEqual(all);
    // CAP_SYS_ADMIN includes them: kernels before 5.8 have nothing else.
    expect(access('caps\t0000000000200000\n').capable).toEqual(all);
    expect(access('caps\t0000004000000000\n').capable).toEqual({ perfmon: true, bpf: false });
    expect(access('caps\t00000000a80425fb\n').capable).toEqual(none);
    expect(access('caps\tnonsense\n').capable).toEqual(none);
    expect(access('uid\t0\n').capable).toEqual(all);
    expect(['0', '2', 'x'].map((mode) => access(`seccomp\t${mode}\n`).seccomp)).toEqual([false, true, false]);
    expect([access('perf\t!\n').perfEvents, access('').perfEvents]).toEqual([false, true]);
  });
});

describe('an audit', () => {
  const line = (...words: string[]): string => words.join('\t');
  const before = [
    line('setting', 'kernel/x', '1'),
    line('setting', 'set_event', 'a:b'),
    line('setting', 'set_event', 'c:d'),
  ];
  it('separates leftovers from running captures, and names changed settings', () => {
    const after = [line('setting', 'kernel/x', '2'), line('setting', 'set_event', 'a:b'), line('process', 'left', 'one'), line('file', 'live', 'two')]; // prettier-ignore
    const { left, running } = compareSnapshots(before, after);
    expect(running).toEqual([{ kind: 'file', left: 'two' }]);
    expect(left).toEqual([
      { kind: 'process', left: 'one' },
      { kind: 'setting', left: 'kernel/x: was 1, is 2' },
      { kind: 'setting', left: 'set_event: was a:b c:d, is a:b' },
    ]);
  });
  it('is printed with what it compared and what it could not compare', () => {
    const found = compareSnapshots(before, [
      line('bpf', 'left', 'program\u001b[31m 7'),
      line('not', 'processes', '3 of 9'),
    ]);
    const text = auditText('ssh://web1', found);
    expect(text).toMatch(/^ssh:\/\/web1: Fast by Friday has left 3:\n {2}bpf {6}program\[31m 7\n/);
    expect(text).toMatch(/Compared:\n[^]*settings: 2 [^]*Not checked:\n {2}processes: 3 of 9$/);
  });
  it('says that settings are not checked if their earlier values are unknown', () => {
    expect(compareSnapshots(undefined, before).notChecked).toEqual([expect.stringContaining('settings')]);
  });
});

it('names a run after its owner: PID namespace, process and start time', () => {
  const { stdout } = spawnSync('sh', ['-c', `${greeting('0a1b')}echo "$FBF_RUN $$"`], { encoding: 'utf8' });
  expect(stdout).toMatch(/^fbf_0a1b_[1-9]\d+_(\d+)_[1-9]\d* \1\n$/);
});

it.each([
  ["al@web1's password: ", 'password', true],
  ["Enter passphrase for key '/home/al/.ssh/id': ", 'passphrase', true],
  ['Verification code: ', 'code', true],
  ['Are you sure you want to continue connecting (yes/no/[fingerprint])? ', 'host-key', false],
  ['[sudo] password on ssh://web1: ', 'sudo', true],
])('%j asks for a %s', (text, about, secret) => {
  expect(promptOf(text)).toEqual({ about, text, secret });
});

describe('the streams of a capture', () => {
  it('are shared by sources that read the same files, and include the process table', () => {
    const recipe = { read: ['/proc/stat'] };
    const plans = planStreams({ sources: [{ name: 'proc.stat', recipe, hz: 1 }, { name: 'proc.stat.softirqs', recipe, hz: 100 }] }); // prettier-ignore
    expect(plans.map(({ name, hz }) => [name, hz])).toEqual([['processes', 1], ['proc.stat', 50]]); // prettier-ignore
  });
  it('sweep processes no faster than requested', () => {
    const recipe = { read: ['/proc/[0-9]*/io'], perProcess: true } as const;
    const plans = planStreams({ sources: [{ name: 'mine', recipe, hz: 20 }], processHz: 2 });
    expect(plans.find(({ name }) => name === 'mine')?.hz).toBe(2);
  });
});

describe('the connection to the recorder', () => {
  const pair = (): [Duplex, Duplex] => {
    const [there, back] = [new PassThrough(), new PassThrough()];
    return [Duplex.from({ writable: there, readable: back }), Duplex.from({ writable: back, readable: there })];
  };
  it('carries answers and errors with their kind, in both directions at once', async () => {
    const [one, other] = pair();
    const fails = (): Promise<never> => Promise.reject(new FridayError('auth', 'no', { next: 'ask', seen: 'x' }));
    const a = openWire(one, { twice: (n: number) => Promise.resolve(2 * n) });
    const b = openWire(other, { fails, back: (n: number) => b.call('twice', n) });
    expect(await a.call('back', 4)).toBe(8);
    await expect(a.call('fails', 0)).rejects.toMatchObject({
      kind: 'auth',
      next: 'ask',
      seen: 'x',
      message: 'no\nask',
    });
    await expect(a.call('constructor', 0)).rejects.toMatchObject({ kind: 'internal' });
  });
  it('rejects pending calls when the other end disconnects, and notifies the server', async () => {
    const [one, other] = pair();
    let stopped = false;
    let begun = (): void => undefined;
    const serving = new Promise<void>((resolve) => (begun = resolve));
    const waits = (_body: unknown, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        begun();
        signal.addEventListener('abort', () => {
          stopped = true;
          resolve();
        });
      });
    const b = openWire(other, { waits });
    const a = openWire(one, {});
    const call = a.call('waits', 0);
    await serving;
    other.destroy();
    one.destroy();
    await expect(call).rejects.toMatchObject({ kind: 'host-gone' });
    await b.closed;
    expect(stopped).toBe(true);
  });
});
