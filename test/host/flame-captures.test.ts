import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffProfiles } from '../../src/lib/stacks/diff.ts';
import { stackHealth } from '../../src/lib/stacks/health.ts';
import type { Profile } from '../../src/lib/stacks/profile.ts';
import { readProfile } from '../../src/lib/sources/profile-reader.ts';
import { profileTree } from '../profile-tree.ts';
import { functionWeights } from '../../src/lib/stacks/tree-top.ts';

/** hot, warm and other take 1 : 1 : 2 of the loop; the argument is the work of hot in percent. */
const program = `
#include <stdlib.h>
volatile unsigned long sink;
__attribute__((noipa)) void hot(unsigned long n) { for (unsigned long i = 0; i < n; i++) sink += i * i; }
__attribute__((noipa)) void warm(unsigned long n) { for (unsigned long i = 0; i < n; i++) sink += i * i; }
__attribute__((noipa)) void other(unsigned long n) { for (unsigned long i = 0; i < n; i++) sink += i * i; }
__attribute__((noipa)) void work(unsigned long n, unsigned long k) {
  hot(n * k / 100); sink++; warm(n); sink++; other(n * 2); sink++;
}
int main(int argc, char** argv) {
  for (unsigned long i = 0; i < 600; i++) work(1000000, argc > 1 ? atol(argv[1]) : 100);
  return 0;
}
`;

const builds = {
  pointers: ['-fno-omit-frame-pointer', '-mno-omit-leaf-frame-pointer'],
  none: ['-fomit-frame-pointer'],
  stripped: ['-fomit-frame-pointer', '-s'],
} as const;

/** Whether the command works on this machine: perf may be installed and not permitted. */
const works = (...[command = '', ...args]: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const can =
  works('gcc', '--version') && works('perf', 'record', '-q', '-e', 'cpu-clock', '-g', '-o', '-', '--', 'true');

describe.skipIf(!can)('profiles of a C program (needs gcc and perf)', () => {
  let folder: string;
  const capture = async (build: keyof typeof builds, percent: number, name: string): Promise<Profile> => {
    const data = join(folder, `${name}.data`);
    const args = [
      'record',
      '-q',
      '-e',
      'cpu-clock',
      '-F',
      '4999', // so many samples that chance does not decide which function differs most surely
      '-g',
      '-o',
      data,
      '--',
      join(folder, build),
      String(percent),
    ];
    expect(spawnSync('perf', args, { stdio: 'ignore' }).status).toBe(0);
    return readProfile(createReadStream(data));
  };
  const binaryOf = (profile: Profile, build: string) =>
    stackHealth(profile).binaries.find(({ binary }) => binary === join(folder, build));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fbf-captures-'));
    await writeFile(join(folder, 'hot.c'), program);
    for (const [build, flags] of Object.entries(builds)) {
      const args = ['-O2', '-fno-optimize-sibling-calls', ...flags, '-o', join(folder, build), join(folder, 'hot.c')];
      expect(spawnSync('gcc', args, { stdio: 'inherit' }).status).toBe(0);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('shows the share of the hot function and complete stacks with frame pointers', async () => {
    const profile = await capture('pointers', 100, 'share');
    const tree = profileTree(profile);
    const { total } = functionWeights(tree);
    const of = (name: string): number => total[tree.names.indexOf(name)] ?? 0;
    expect(of('hot') / of('main')).toBeGreaterThan(0.21);
    expect(of('hot') / of('main')).toBeLessThan(0.29);
    expect(binaryOf(profile, 'pointers')).toMatchObject({ broken: 0, why: [] });
  });

  it('names the binary without frame pointers', async () => {
    const row = binaryOf(await capture('none', 100, 'none'), 'none');
    expect(row?.why).toEqual(['no frame pointers']);
    expect(row?.broken).toBeGreaterThan(0.9);
  });

  it('names the stripped binary', async () => {
    const row = binaryOf(await capture('stripped', 100, 'stripped'), 'stripped');
    expect(row?.why).toContain('no symbols');
    expect(row?.unknown).toBeGreaterThan(0.9);
  });

  it('flags at most 1 % of frames between two captures of one load, and lists a function made 20 % slower first', async () => {
    const [first, second, slower] = [
      await capture('pointers', 100, 'first'),
      await capture('pointers', 100, 'second'),
      await capture('pointers', 120, 'slower'),
    ];
    const same = diffProfiles(first, second);
    expect(same.sure.reduce((sum, flag) => sum + flag, 0) / same.sure.length).toBeLessThanOrEqual(0.01);
    const { functions } = diffProfiles(first, slower);
    expect(functions.filter((f) => !/^[a-z_]*(irq|sched|task|softirq|spin)/.test(f.name))[0]?.name).toBe('hot');
  });
});
