import { spawn } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { findSource } from '../../../src/lib/sources/list.ts';
import { frameDecoder } from '../../../src/recorder/sampler/frames.ts';
import type { Form, SamplerPlan } from '../../../src/recorder/sampler/plan.ts';
import { samplerScript } from '../../../src/recorder/sampler/script.ts';
import { rowsOf } from '../../decode.ts';

// Real programs on a machine that may be busy need longer.
vi.setConfig({ testTimeout: 60_000 });

const source = findSource('proc.pid.task');

/** The samples that a sampler takes of the threads of this machine. */
const samples = async (form: Form, seconds: number, hz: number) => {
  const streams = [{ name: source.name, hz, recipe: source.recipe }];
  const plan: SamplerPlan = { streams, seconds, maxCpu: 1, nonce: 'a1b2c3d4e5f60718' };
  const child = spawn('sh', ['-s'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(samplerScript(plan, form));
  const parts: Buffer[] = [];
  for await (const part of child.stdout) parts.push(part as Buffer);
  const frames = frameDecoder(plan, form).push(Buffer.concat(parts));
  return frames.flatMap((frame) => (frame.kind === 'sample' ? [frame] : []));
};
const tableOf = (taken: Awaited<ReturnType<typeof samples>>) => {
  const decoder = source.decoder({ ticks: 100, pageSize: 4096, arch: process.arch === 'x64' ? 'x86_64' : 'aarch64' });
  for (const sample of taken) decoder.add(sample);
  return rowsOf(decoder.table().table);
};

describe.each(['perl', 'head', 'cat'] as const)('threads by %s', (form) => {
  it('wait where they are put, and have no row while they run', async () => {
    const reads = spawn('cat');
    const sleeps = spawn('sleep', ['60']);
    const runs = spawn('perl', ['-e', '1 while 1']);
    try {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const taken = await samples(form, 1, 4);
      const rows = tableOf(taken);
      const own = (child: typeof reads) => rows.filter(({ tid }) => tid === child.pid);
      expect(taken.length).toBeGreaterThan(form === 'cat' ? 0 : 1);
      expect(own(reads)).toHaveLength(taken.length);
      expect(own(runs)).toHaveLength(0);
      for (const row of own(reads)) expect(row).toMatchObject({ pid: reads.pid, comm: 'cat', state: 'sleeping' });
      if (process.getuid?.() !== 0) return;
      for (const row of own(reads)) expect(row).toMatchObject({ syscall: 'read', wchan: expect.any(String) as string });
      expect(own(sleeps)[0]?.['stack']).toMatch(/;\w*nanosleep_\[k\]$/);
    } finally {
      for (const each of [reads, sleeps, runs]) each.kill('SIGKILL');
    }
  });
});

describe('threads by perl', () => {
  it('are read again only if they have run; threads that exit are gone', async () => {
    const still = spawn('sleep', ['60']);
    const often = spawn('perl', ['-e', 'select undef, undef, undef, 0.01 while 1']);
    const short = spawn('sleep', ['1']);
    try {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const [first, ...later] = await samples('perl', 2, 10);
      const sent = (child: typeof still, all: readonly (typeof first)[]) =>
        all.flatMap((sample) => sample?.files ?? []).filter(({ path }) => path.startsWith(`/proc/${child.pid}/task/`));
      expect(sent(still, [first]).map(({ path }) => path.replace(/.*\//, ''))).toEqual([
        'stat',
        'wchan',
        'syscall',
        'stack',
      ]);
      expect(sent(still, later)).toEqual([]);
      expect(sent(often, [first]).length).toBeGreaterThan(0);
      const gone = later.flatMap((sample) => sample.gone).filter((path) => path.startsWith(`/proc/${short.pid}/`));
      expect(gone.length).toBeGreaterThan(0);
    } finally {
      for (const each of [still, often, short]) each.kill('SIGKILL');
    }
  });

  it('are found although a process replaces one by another', async () => {
    const code =
      'import threading, time\nwhile True:\n t = threading.Thread(target=time.sleep, args=(0.15,)); t.start(); t.join()';
    const child = spawn('python3', ['-c', code]);
    try {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const rows = tableOf(await samples('perl', 2, 10)).filter(({ pid }) => pid === child.pid);
      expect(new Set(rows.map(({ tid }) => tid)).size).toBeGreaterThan(4);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
