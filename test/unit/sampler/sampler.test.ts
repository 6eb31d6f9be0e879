import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { SamplerFrame } from '../../../src/recorder/sampler/frames.ts';
import { frameDecoder } from '../../../src/recorder/sampler/frames.ts';
import {
  chooseForm,
  type Form,
  noncePath,
  type SamplerPlan,
  type StreamPlan,
  plain,
} from '../../../src/recorder/sampler/plan.ts';
import { samplerScript } from '../../../src/recorder/sampler/script.ts';
import { processTable } from '../../../src/lib/sources/formats/process-table.ts';
import { findSource } from '../../../src/lib/sources/list.ts';

// Real programs on a machine that may be busy need longer.
vi.setConfig({ testTimeout: 60_000 });

const planOf = (seconds: number, ...streams: StreamPlan[]): SamplerPlan => ({
  streams,
  seconds,
  maxCpu: 1,
  nonce: 'a1b2c3d4e5f60718',
});
const stream = (name: string, hz: number, recipe: StreamPlan['recipe']): StreamPlan => ({ name, hz, recipe });

/** The whole output of a sampler that runs as under the supervisor: by sh, with its script on standard input. */
const output = async (plan: SamplerPlan, form: Form): Promise<Buffer> => {
  const child = spawn('sh', ['-s'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(samplerScript(plan, form));
  const parts: Buffer[] = [];
  for await (const part of child.stdout) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

/** The frames of an output that arrives in pieces of a given size. */
const framesOf = (plan: SamplerPlan, form: Form, bytes: Buffer, size = bytes.length): SamplerFrame[] => {
  const decoder = frameDecoder(plan, form);
  const frames: SamplerFrame[] = [];
  for (let at = 0; at < bytes.length; at += size) frames.push(...decoder.push(bytes.subarray(at, at + size)));
  return frames;
};

const samplesOf = (frames: readonly SamplerFrame[], name: string) =>
  frames.flatMap((frame) => (frame.kind === 'sample' && frame.stream === name ? [frame] : []));

const texts = (frames: readonly SamplerFrame[], name: string, path: RegExp): string[] =>
  samplesOf(frames, name).flatMap(({ files }) =>
    files.filter((file) => path.test(file.path) && file.bytes).map(({ bytes }) => Buffer.from(bytes ?? []).toString()),
  );

const forms: Form[] = ['perl', 'head', 'cat'];
const system = [
  stream('proc.loadavg', 5, { read: ['/proc/loadavg'] }),
  stream('proc.pressure', 1, { read: ['/proc/pressure/*', '/proc/version'] }),
  stream('nothing', 1, { read: ['/proc/nothing'] }),
];

describe.each(forms)('the sampler by %s', (form) => {
  it('reads system files at intervals, and ends by itself', async () => {
    const plan = planOf(1, ...system);
    const bytes = await output(plan, form);
    const frames = framesOf(plan, form, bytes);
    expect(samplesOf(frames, 'proc.loadavg').length).toBeGreaterThan(1);
    expect(texts(frames, 'proc.loadavg', /^\/proc\/loadavg$/)[0]).toMatch(/^[\d.]+ [\d.]+ [\d.]+ \d+\/\d+ \d+\n$/);
    expect(texts(frames, 'proc.pressure', /version/)[0]).toMatch(/^Linux version/);
    expect(frames.at(-1)?.kind).toBe('end');
    for (const { t } of samplesOf(frames, 'proc.loadavg')) expect(t).toBeGreaterThan(1);
  });

  it('gives the same frames for output in pieces of any size', async () => {
    const plan = planOf(1, ...system);
    const bytes = Buffer.concat([Buffer.from('NOISE of an rc file\n@a1b2 S not ours\n'), await output(plan, form)]);
    const whole = framesOf(plan, form, bytes);
    for (const size of [1, 7, 100, 4096]) expect(framesOf(plan, form, bytes, size)).toEqual(whole);
  });

  it('reads the files of processes whose names and arguments are hostile', async () => {
    const name = 'a) R 1\n(b \u001b[31m';
    const argument = `"'\n==> /proc/1/stat <==\n@a1b2c3d4 S x\n${'x'.repeat(4096)}`;
    const child = spawn('perl', ['-e', '$0 = shift; print "ready"; $| = 1; print ""; sleep 60', name, argument]);
    const plain = spawn('sleep', ['60', argument].slice(0, 1));
    const other = spawn('sh', ['-c', 'sleep 60; :', argument]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    try {
      const files = ['stat', 'status', 'schedstat', 'io'].map((file) => `/proc/[0-9]*/${file}`);
      const { recipe } = findSource('processes');
      const plan = planOf(1, stream('proc.pid', 1, { read: files, perProcess: true }), stream('processes', 1, recipe));
      const frames = framesOf(plan, form, await output(plan, form));
      const decoder = findSource('proc.pid.stat').decoder();
      const table = processTable();
      for (const sample of samplesOf(frames, 'proc.pid')) decoder.add(sample);
      for (const sample of samplesOf(frames, 'processes')) table.add(sample);
      expect(decoder.table().warnings).toEqual([]);
      expect(decoder.table().table.size).toBeGreaterThan(1);
      const found = table.facts().find(({ pid }) => pid === child.pid);
      expect(found?.name).toBe(name.slice(0, 15));
      expect(table.facts().find(({ pid }) => pid === other.pid)?.cmd).toContain(
        '==> /proc/1/stat <==\n@a1b2c3d4 S x\nxxx',
      );
      expect(found?.netns).toMatch(/^\d+$/);
    } finally {
      for (const each of [child, plain, other]) each.kill('SIGKILL');
    }
  });
});

it.each(['head', 'cat'] as const)(
  'the sampler by %s ends in time although its only stream is read every 10 s',
  async (form) => {
    const plan = planOf(1, stream('processes', 1, findSource('processes').recipe));
    const samples = samplesOf(framesOf(plan, form, await output(plan, form)), 'processes');
    expect(samples).toHaveLength(1); // two if it ran until the next one
  },
);

describe('the sampler by perl', () => {
  const processes = ['stat', 'status', 'schedstat', 'io'].map((file) => `/proc/[0-9]*/${file}`);

  it('sends only changed files and the names of files that disappeared', async () => {
    const [idle, busy, short] = ['sleep 60', '1 while 1', 'sleep 1.5'].map((code) => spawn('perl', ['-we', code]));
    try {
      const plan = planOf(4, stream('proc.pid', 1, { read: processes, perProcess: true }));
      const [first, ...later] = samplesOf(framesOf(plan, 'perl', await output(plan, 'perl')), 'proc.pid');
      const sent = (child: typeof idle, samples: readonly (typeof first)[]) =>
        samples.flatMap((sample) => sample?.files ?? []).filter(({ path }) => path.startsWith(`/proc/${child?.pid}/`));
      expect(first?.whole).toBe(true);
      expect([idle, busy, short].map((child) => sent(child, [first]).length)).toEqual([4, 4, 4]);
      expect(later.flatMap(({ gone }) => gone)).toContain(`/proc/${short?.pid}/`);
      // The first of them may still see how the process started.
      expect(later.length).toBeGreaterThan(1);
      expect(sent(idle, later.slice(1))).toEqual([]);
      expect(sent(busy, later.slice(1)).map(({ path }) => path)).toContain(`/proc/${busy?.pid}/stat`);
    } finally {
      for (const child of [idle, busy, short]) child?.kill('SIGKILL');
    }
  });

  it('keeps its rate and reports its cost', async () => {
    const plan = planOf(2, stream('proc.stat', 50, { read: ['/proc/stat'] }));
    const frames = framesOf(plan, 'perl', await output(plan, 'perl'));
    const end = frames.at(-1);
    expect(end).toMatchObject({ kind: 'end', streams: { 'proc.stat': { late: expect.any(Number) as number } } });
    expect(samplesOf(frames, 'proc.stat').length).toBeGreaterThan(20);
    const times = samplesOf(frames, 'proc.stat').map(({ t }) => t);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it('names the network namespace of network files', async () => {
    const plan = planOf(1, stream('proc.net.snmp', 1, { read: ['/proc/net/snmp'], perNetns: true }));
    const [sample] = samplesOf(framesOf(plan, 'perl', await output(plan, 'perl')), 'proc.net.snmp');
    expect(sample?.files[0]?.path).toMatch(/^\/proc\/net\/snmp#net:\[\d+\]$/);
  });

  it('says why a file cannot be read', async () => {
    const plan = planOf(1, stream('nothing', 1, { read: ['/proc/nothing'] }));
    const [sample] = samplesOf(framesOf(plan, 'perl', await output(plan, 'perl')), 'nothing');
    expect(sample?.files).toEqual([{ path: '/proc/nothing', bytes: undefined, why: 'No such file or directory' }]);
  });

  it('reports its cost when SIGTERM ends it', async () => {
    const plan = planOf(60, stream('proc.stat', 10, { read: ['/proc/stat'] }));
    const child = spawn('sh', ['-s'], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.end(samplerScript(plan, 'perl'));
    const decoder = frameDecoder(plan, 'perl');
    const frames: SamplerFrame[] = [];
    for await (const part of child.stdout) {
      frames.push(...decoder.push(part as Buffer));
      if (samplesOf(frames, 'proc.stat').length > 0) child.kill('SIGTERM');
    }
    expect(frames.at(-1)?.kind).toBe('end');
  });
});

describe('a plan', () => {
  it('uses the cheapest sampler that the host can run', () => {
    expect([['perl', 'head'], ['head', 'cat'], ['tail'], ['cat'], []].map(chooseForm)).toEqual([
      'perl',
      'head',
      'head',
      'cat',
      'cat',
    ]);
  });

  it('refuses paths that a shell would split or change', () => {
    expect(plain('/proc/[0-9]*/stat')).toBe('/proc/[0-9]*/stat');
    for (const path of ["/proc/'; rm -rf /", '/proc/$(id)', '/a b', ''])
      expect(() => plain(path)).toThrow(expect.objectContaining({ kind: 'usage' }) as Error);
  });

  it('contains its nonce in a path, without changing which file it names', () => {
    expect(noncePath('0f')).toBe('/////./././.');
    expect(`${noncePath('a1b2')}/proc/stat`).toMatch(/^[/.]+\/proc\/stat$/);
  });

  it('does not mistake other output for a frame', () => {
    const plan = planOf(1);
    const decoder = frameDecoder(plan, 'perl');
    decoder.push(Buffer.from(`@${plan.nonce} H perl\n`));
    expect(() => decoder.push(Buffer.from('bash: warning: something\n'))).toThrow(/expected a frame/);
  });
});

it.skipIf(!existsSync('/usr/bin/busybox'))(
  'reads the kernel log with nothing but busybox, and says by what',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fbf-busybox-'));
    try {
      execFileSync('/usr/bin/busybox', ['--install', '-s', folder]);
      const plan = planOf(2, stream('dev.kmsg', 1, { read: ['/dev/kmsg'], log: true }));
      const child = spawn(join(folder, 'sh'), ['-s'], { stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: folder } });
      child.stdin.end(samplerScript(plan, 'head'));
      const parts: Buffer[] = [];
      for await (const part of child.stdout) parts.push(part as Buffer);
      const frames = framesOf(plan, 'head', Buffer.concat(parts));
      const logged = texts(frames, 'dev.kmsg', /kmsg/).join('\n').split('\n').filter((line) => line !== ''); // prettier-ignore
      const expected = execFileSync('dmesg', ['-r'], { encoding: 'utf8' }).split('\n').filter((line) => /^<\d+>\[/.test(line)); // prettier-ignore
      expect(logged.length).toBeGreaterThan(expected.length * 0.9);
      expect(logged.every((line) => /^\d+,,\d+,-;/.test(line))).toBe(true);
      expect(new Set(logged).size).toBeGreaterThan(logged.length * 0.9);
      expect(frames.find(({ kind }) => kind === 'warning')).toMatchObject({
        warning: { code: 'log-by-dmesg' },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
