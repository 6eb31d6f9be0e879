import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecording } from '../../../src/lib/recording/open.ts';
import type { RecordingStart, SampleFrame } from '../../../src/lib/recording/recording.ts';
import { verifyRecording } from '../../../src/lib/recording/verify.ts';
import { createRecording } from '../../../src/lib/recording/writer.ts';
import { findSource } from '../../../src/lib/sources/list.ts';
import type { SourceSample } from '../../../src/lib/sources/source.ts';
import { rowsOf } from '../../decode.ts';

let dir = '';
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'fbf-recording-')), 'it');
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

const streams = ['proc.loadavg', 'proc.meminfo', 'proc.pid', 'dev.kmsg', 'processes'];
const recipeOf = (stream: string) => findSource(stream === 'proc.pid' ? 'proc.pid.stat' : stream).recipe;
const clock = { monotonic: 1000, boottime: 2000, realtime: 1.8e9, notebook: 1.8e9, error: 0.001 };
const start: RecordingStart = {
  host: {
    url: 'local:',
    hostname: 'here',
    kernel: '6.12.0',
    arch: 'x86_64',
    os: 'Linux',
    bootId: 'b',
    cpus: 2,
    pageSize: 4096,
    ticks: 100,
    memory: 1e9,
    user: 'root',
  },
  tools: {},
  clock,
  streams: Object.fromEntries(streams.map((name) => [name, { recipe: recipeOf(name), asked: 1, tool: 'perl' }])),
};

const frame = (stream: string, t: number, files: Record<string, string | undefined>, more: Partial<SampleFrame> = {}) =>
  ({
    kind: 'sample',
    stream,
    t: 1000 + t,
    clock: 'monotonic',
    whole: true,
    files: Object.entries(files).map(([path, text]) =>
      text === undefined ? { path, bytes: undefined, why: 'No such file' } : { path, bytes: Buffer.from(text) },
    ),
    gone: [],
    ...more,
  }) satisfies SampleFrame;

const load = (t: number): SampleFrame => frame('proc.loadavg', t, { '/proc/loadavg': `${t}.00 0.00 0.00 1/2 3\n` });

const collect = async (samples: AsyncIterable<SourceSample>): Promise<SourceSample[]> => {
  const all: SourceSample[] = [];
  for await (const sample of samples) all.push(sample);
  return all;
};

const segments = (stream: string): string[] => readdirSync(join(dir, 'segments', stream)).sort();
const damages = async (): Promise<string[]> =>
  (await verifyRecording(dir)).problems.filter(({ kind }) => kind === 'damage').map(({ say }) => say);

describe('a recording', () => {
  it('returns what was written, in compressed segments of 10 s', async () => {
    const writer = await createRecording(dir, start);
    for (let t = 0; t < 25; t++) await writer.append(load(t));
    await writer.close('complete');
    expect(segments('proc.loadavg').map((name) => name.replace(/.*\.seg/, ''))).toEqual(['.zst', '.zst', '.zst']);
    const recording = await openRecording(dir);
    const { table, warnings } = await recording.table('proc.loadavg');
    expect(warnings).toEqual([]);
    expect(rowsOf(table).map(({ t, one }) => [t, one])).toEqual(Array.from({ length: 25 }, (_, t) => [t, t]));
    expect(recording.manifest.sources['proc.loadavg']).toMatchObject({ status: 'ok', samples: 25, achieved: 1 });
    expect(recording.manifest.sources['proc.meminfo']).toMatchObject({ status: 'failed', samples: 0 });
    expect(await damages()).toEqual([]);
  });

  it('converts times of both clocks to its own time', async () => {
    const writer = await createRecording(dir, start);
    await writer.append(load(1));
    await writer.append({ ...load(2), t: 2002, clock: 'boottime' });
    await writer.close('complete');
    const samples = await collect((await openRecording(dir)).samples('proc.loadavg'));
    expect(samples.map(({ t }) => t)).toEqual([1, 2]);
  });

  it('begins every range with a complete sample', async () => {
    const writer = await createRecording(dir, start);
    for (let t = 0; t < 30; t++)
      await writer.append(frame('proc.pid', t, { '/proc/7/stat': `7 (a) ${t}`, '/proc/8/stat': '8 (b) same' }));
    await writer.close('complete');
    const samples = await collect((await openRecording(dir)).samples('proc.pid.stat', { from: 14, to: 22 }));
    expect(samples.map(({ t, whole, files }) => [t, whole, files.length])).toEqual([
      [14, true, 2],
      ...Array.from({ length: 8 }, (_, i) => [15 + i, false, 1]),
    ]);
  });

  it('can be read while it grows, and reads only what is new', async () => {
    const writer = await createRecording(dir, start);
    await writer.append(load(0));
    const recording = await openRecording(dir);
    for (let t = 1; t < 24; t++) {
      await writer.append(load(t));
      if (t % 3 === 0) expect((await recording.table('proc.loadavg')).table.size).toBe(t + 1);
    }
    expect(recording.manifest.status).toBe('open');
    await writer.close('complete');
    expect((await recording.table('proc.loadavg')).table.size).toBe(24);
    expect((await recording.refresh()).status).toBe('complete');
  });

  it('leaves files that disappeared out of later samples', async () => {
    const writer = await createRecording(dir, start);
    await writer.append(frame('proc.pid', 0, { '/proc/7/stat': 'x', '/proc/7/io': 'y', '/proc/8/stat': 'z' }));
    await writer.append(frame('proc.pid', 1, {}, { whole: false, gone: ['/proc/7/'] }));
    await writer.append(frame('proc.pid', 12, { '/proc/9/stat': 'n' }, { whole: false }));
    await writer.close('complete');
    const all = await collect((await openRecording(dir)).samples('proc.pid.stat', { from: 12 }));
    expect(all.map(({ files }) => files.map(({ path }) => path).sort())).toEqual([['/proc/8/stat', '/proc/9/stat']]);
  });

  it('keeps the reason why a file could not be read', async () => {
    const writer = await createRecording(dir, start);
    await writer.append(frame('proc.loadavg', 0, { '/proc/loadavg': undefined }));
    await writer.close('complete');
    const recording = await openRecording(dir);
    expect(recording.manifest.sources['proc.loadavg']).toMatchObject({
      status: 'failed',
      missing: [{ path: '/proc/loadavg', why: 'No such file' }],
    });
    expect((await recording.table('proc.loadavg')).warnings[0]?.say).toContain('No such file');
  });

  it('keeps the process table in its manifest', async () => {
    const stat = `7 (a) R 1 (b) S 1 1 1 0 -1 0 0 0 0 0 5 5 0 0 20 0 1 0 4711 ${'0 '.repeat(29)}0\n`;
    const files = { '/etc/passwd': 'web:x:33:', '/proc/7/stat': stat, '/proc/7/status': 'Uid:\t33\t33\t33\t33\n' };
    const more = { '/proc/7/cmdline': 'node\0x.js\0', '/proc/7/exe': '/usr/bin/node', '/proc/7/ns/net': 'net:[42]' };
    const writer = await createRecording(dir, start);
    await writer.append(frame('processes', 0, { ...files, ...more, '/proc/7/cgroup': '0::/system.slice/x.service\n' }));
    await writer.close('complete');
    expect((await openRecording(dir)).manifest.processes).toMatchObject([
      {
        pid: 7,
        started: 4711,
        name: 'a) R 1 (b',
        cmd: 'node x.js',
        user: 'web',
        unit: 'x.service',
        netns: '42',
        runtime: 'node',
      },
    ]);
  });
});

describe('an unfinished recording', () => {
  const crashed = async (seconds: number): Promise<string> => {
    const writer = await createRecording(dir, start);
    for (let t = 0; t < seconds; t++) await writer.append(load(t));
    // A copy of the folder equals what a killed writer leaves, except for the pid in its lock.
    const left = join(dir, '..', 'left');
    cpSync(dir, left, { recursive: true });
    await writer.close('complete');
    dir = left;
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, started: '1', host: hostname() }));
    return join(dir, 'segments', 'proc.loadavg', segments('proc.loadavg').at(-1) ?? '');
  };

  it('is read up to the last complete sample, and marked as cut', async () => {
    const last = await crashed(13);
    truncateSync(last, statSync(last).size - 3);
    const recording = await openRecording(dir);
    expect(recording.manifest).toMatchObject({ status: 'cut', reason: 'the recorder was killed' });
    expect((await recording.table('proc.loadavg')).table.size).toBe(12);
    expect(await damages()).toEqual([]);
    expect((await verifyRecording(dir)).problems.map(({ say }) => say).join()).toContain('an incomplete sample');
  });

  it('can be read when truncated at any byte', async () => {
    const last = await crashed(3);
    for (let size = statSync(last).size - 1; size >= 0; size -= 7) {
      truncateSync(last, size);
      const { table } = await (await openRecording(dir)).table('proc.loadavg');
      expect(table.size).toBeLessThan(3);
    }
  });

  it('leaves out a damaged sample and those that depend on it, with a warning', async () => {
    const last = await crashed(5);
    const bytes = readFileSync(last);
    bytes.write('9', bytes.indexOf('1.00 0.00'));
    writeFileSync(last, bytes);
    const { table, warnings } = await (await openRecording(dir)).table('proc.loadavg');
    expect(table.size).toBe(1);
    expect(warnings.map(({ say }) => say).join()).toContain('checksum');
    expect((await damages()).join()).toContain('checksum');
  });

  it('with random bytes in place of a segment is read with a warning', async () => {
    const last = await crashed(5);
    writeFileSync(last, 'rubbish\n'.repeat(100));
    expect((await (await openRecording(dir)).table('proc.loadavg')).table.size).toBe(0);
    expect((await damages()).length).toBeGreaterThan(0);
  });
});

describe('a recording refuses', () => {
  it('a second writer, and a folder that is not empty', async () => {
    const first = await createRecording(dir, start);
    await expect(createRecording(dir, start)).rejects.toMatchObject({ kind: 'recording' });
    await first.close('complete');
    mkdirSync(join(dir, '..', 'other'));
    appendFileSync(join(dir, '..', 'other', 'lock'), JSON.stringify({ pid: process.pid, started: '', host: '?' }));
    await expect(createRecording(join(dir, '..', 'other'), start)).rejects.toMatchObject({ kind: 'recording' });
  });

  it.each(['', '{', '{"format":2}', '{"format":1}', 'null'])('the manifest %j', async (text) => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'manifest.json'), text);
    await expect(openRecording(dir)).rejects.toMatchObject({ kind: 'recording' });
  });

  it('a source that it does not have, with a list of those it has', async () => {
    const writer = await createRecording(dir, start);
    await writer.close('complete');
    const recording = await openRecording(dir);
    await expect(recording.table('proc.vmstat')).rejects.toMatchObject({ kind: 'missing' });
    await expect(recording.table('nonsense')).rejects.toMatchObject({ kind: 'usage' });
  });

  const mayMount = ((): boolean => {
    try {
      execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
      return process.getuid?.() === 0;
    } catch {
      return false;
    }
  })();

  it.skipIf(!mayMount)('to continue on a full disk, with a typed error, and keeps earlier samples', async () => {
    mkdirSync(dir, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', dir]);
    try {
      const writer = await createRecording(dir, start);
      const big = (t: number) => frame('proc.pid', t, { '/proc/7/stat': `7 (${String(t).repeat(20_000)})` });
      const write = async (): Promise<number> => {
        for (let t = 0; t < 1000; t++) {
          try {
            await writer.append(big(t));
          } catch (error) {
            expect(error).toMatchObject({ kind: 'disk-full' });
            return t;
          }
        }
        return 0;
      };
      const kept = await write();
      expect(kept).toBeGreaterThan(1);
      await writer.close('cut', 'the disk is full').catch(() => undefined);
      expect((await collect((await openRecording(dir)).samples('proc.pid.stat'))).length).toBe(kept);
    } finally {
      execFileSync('umount', [dir]);
    }
  });
});
