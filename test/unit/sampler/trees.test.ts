import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { frameDecoder } from '../../../src/recorder/sampler/frames.ts';
import { samplerScript } from '../../../src/recorder/sampler/script.ts';
import type { Form } from '../../../src/recorder/sampler/plan.ts';
import { sayWarning } from '../../../src/lib/recording/warning.ts';
import { planStreams } from '../../../src/recorder/streams.ts';
import { findSource } from '../../../src/lib/sources/list.ts';

const root = mkdtempSync(join(tmpdir(), 'fbf-tree-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const cgroup = (name: string): void => {
  mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, name, 'cgroup.procs'), '');
  writeFileSync(join(root, name, 'cpu.stat'), 'usage_usec 5\n');
};

const sampled = (form: Form, recipe: { read: string[]; counts?: string[] }) => {
  const plan = { streams: [{ name: 's', hz: 2, recipe }], seconds: 1, maxCpu: 1, nonce: 'a1b2c3d4e5f60718' };
  const bytes = execFileSync('sh', ['-s'], { input: samplerScript(plan, form), stdio: ['pipe', 'pipe', 'ignore'] });
  const frames = frameDecoder(plan, form).push(bytes);
  const first = frames.find((frame) => frame.kind === 'sample');
  const said = frames.flatMap((frame) => (frame.kind === 'warning' ? [sayWarning(frame.warning)] : []));
  return { files: first?.kind === 'sample' ? first.files : [], said };
};

describe('the sampler', () => {
  it.each(['perl', 'head'] as const)('by %s finds cgroups at any depth', (form) => {
    for (const name of ['tree', 'tree/a.slice', 'tree/a.slice/b.service', 'tree/z.slice']) cgroup(name);
    const { files } = sampled(form, { read: [`${root}/tree/**/cpu.stat`] });
    const paths = files.map(({ path }) => path.replace(root, '')).sort();
    const expected = ['/tree/a.slice/b.service/cpu.stat', '/tree/a.slice/cpu.stat', '/tree/cpu.stat', '/tree/z.slice/cpu.stat']; // prettier-ignore
    expect(paths).toEqual(expected);
  });

  it('reads at most 64 cgroups, and reports that there are more', () => {
    cgroup('many');
    for (let i = 0; i < 80; i++) cgroup(`many/${String(i)}.scope`);
    const { files, said } = sampled('perl', { read: [`${root}/many/**/cpu.stat`] });
    expect(files).toHaveLength(64);
    expect(said.join()).toMatch(/only the first 64 cgroups/);
  });

  it('ignores directories without cgroup.procs', () => {
    mkdirSync(join(root, 'plain'), { recursive: true });
    writeFileSync(join(root, 'plain', 'cpu.stat'), 'usage_usec 5\n');
    expect(sampled('perl', { read: [`${root}/plain/**/cpu.stat`] }).files).toEqual([]);
  });

  it('counts the descriptors of processes with 16 or more', () => {
    const { recipe } = findSource('proc.pid.fds');
    const { files } = sampled('perl', { read: [...recipe.read], counts: [...(recipe.counts ?? [])] });
    const counts = files.filter(({ path }) => path.endsWith('/fd'));
    expect(counts.length).toBeGreaterThan(0); // this test's own process has more than 16
    for (const { bytes } of counts) expect(Number(Buffer.from(bytes ?? []).toString())).toBeGreaterThanOrEqual(16);
  });
});

it('reads slowly changing sources less often than requested', () => {
  const { recipe } = findSource('proc.sys');
  const plan = planStreams({ sources: [{ name: 'proc.sys', recipe, hz: 10 }] });
  expect(plan.find(({ name }) => name === 'proc.sys')?.hz).toBeCloseTo(0.2);
});
