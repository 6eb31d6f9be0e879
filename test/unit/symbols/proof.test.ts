import { readFileSync, statSync } from 'node:fs';
import { hostname, machine, release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/lib/paths.ts';
import { claimOf, proofOf } from '../../../src/lib/sources/perf-data/proof.ts';
import { readPerfData } from '../../../src/lib/sources/perf-data/profile.ts';
import { bytesOf, bytesOfFile } from '../../../src/lib/bytes/bytes.ts';
import { KERNEL, UNKNOWN, type Profile } from '../../../src/lib/stacks/profile.ts';
import { foldProfile } from '../../../src/lib/stacks/fold.ts';
import { stackHealth } from '../../../src/lib/stacks/health.ts';
import { sayHealth } from '../../../src/lib/stacks/health-say.ts';
import { readElf } from '../../../src/lib/stacks/symbols/elf.ts';
import { hostSymbols, runningKernel } from '../../../src/lib/stacks/symbols/host.ts';
import { readKallsyms } from '../../../src/lib/stacks/symbols/kallsyms.ts';
import { symbolizer, type KernelFacts } from '../../../src/lib/stacks/symbols/symbolizer.ts';

const here = { hostname: hostname(), osRelease: release(), arch: machine() };
const bytes = bytesOf(new Uint8Array(0));
const RECORD_FEATURE = 80;

/** A capture of a pipe without records about the host: output of perf before Linux 4.18. */
const withoutFeatures = (pipe: Uint8Array): Uint8Array => {
  const view = new DataView(pipe.buffer, pipe.byteOffset, pipe.length);
  const pieces = [pipe.subarray(0, 16)];
  for (let at = 16; at + 8 <= pipe.length;) {
    const size = view.getUint16(at + 6, true);
    if (size < 8) break;
    if (view.getUint32(at, true) !== RECORD_FEATURE) pieces.push(pipe.subarray(at, at + size));
    at += size;
  }
  return new Uint8Array(Buffer.concat(pieces));
};

/** The bytes of `pipe` with each occurrence of `from` replaced by `to`, which is as long. */
const replaced = (pipe: Uint8Array, from: Buffer, to: Buffer): Uint8Array => {
  const bytes = Buffer.from(pipe);
  for (let at = bytes.indexOf(from); from.length > 0 && at >= 0; at = bytes.indexOf(from, at + 1)) to.copy(bytes, at);
  return new Uint8Array(bytes);
};

/** The fixture's host name as perf writes it, with its length in front. */
const hostNamed = (name: string): Buffer => Buffer.from(`\x40\0\0\0${name}\0`, 'latin1');

/** The capture with the host name, the release and the kernel's build-id of no machine that runs this test. */
const ofAnotherHost = (pipe: Uint8Array): Uint8Array => {
  const build = Buffer.from(runningKernel(), 'hex');
  const named = replaced(pipe, hostNamed('vm'), hostNamed('vx'));
  return replaced(named, build, Buffer.alloc(build.length, 0xab));
};

const kernelFrames = ({ frames }: Profile): number[] =>
  Array.from(frames.flags.subarray(0, frames.size)).filter((flags) => (flags & KERNEL) !== 0);

describe('a capture proves its host', () => {
  it('by host name, kernel release and architecture together', () => {
    expect(proofOf({ features: here, kernelBuildId: '', bytes })).toMatchObject({ host: true, kernel: true });
  });

  it.for([
    ['nothing', {}],
    ['another host name', { ...here, hostname: `${here.hostname}-2` }],
    ['another release', { ...here, osRelease: '3.4.0' }],
    ['another architecture', { ...here, arch: 'i686' }],
    ['no release', { hostname: here.hostname, arch: here.arch }],
  ] as const)('not by %s', ([, features]) => {
    expect(proofOf({ features, kernelBuildId: '', bytes })).toMatchObject({ host: false, kernel: false });
  });

  it('not with the build-id of another kernel', () => {
    const proof = proofOf({ features: here, kernelBuildId: 'ab'.repeat(20), bytes });
    expect(proof).toMatchObject(runningKernel() === '' ? {} : { host: false, kernel: false });
  });

  it('and its kernel alone by the build-id', () => {
    const kernelBuildId = runningKernel();
    const proof = proofOf({ features: { hostname: 'other' }, kernelBuildId, bytes });
    expect(proof).toMatchObject({ host: false, kernel: kernelBuildId !== '' });
  });

  it('and fbf symbols trusts that it runs on that host, unless the capture contradicts it', () => {
    expect(claimOf({ features: {}, kernelBuildId: '', bytes }).host).toBe(true);
    expect(claimOf({ features: { hostname: `${here.hostname}-2` }, kernelBuildId: '', bytes }).host).toBe(false);
  });
});

describe('files of this machine', () => {
  const name = process.execPath;
  const { ino } = statSync(name);
  const proof = { host: true, kernel: true, before: Date.now() };
  const buildId = readElf(bytesOfFile(name))?.buildId ?? '';
  const finds = (of: Parameters<ReturnType<typeof hostSymbols>['elf']>[0], given = proof): boolean => {
    const pair = hostSymbols(given).elf(of);
    pair?.runtime.bytes.close();
    pair?.debug?.bytes.close();
    return pair !== undefined;
  };

  it('are used by build-id on any host', () => {
    expect(buildId).not.toBe('');
    expect(finds({ name, buildId }, { ...proof, host: false })).toBe(true);
    expect(finds({ name, buildId: 'ab'.repeat(20) })).toBe(false);
  });

  it('are used without a build-id only on the recorded host, and only if they are unchanged', () => {
    expect(finds({ name, buildId: '', inode: ino })).toBe(true);
    expect(finds({ name, buildId: '', inode: 0 })).toBe(true);
    expect(finds({ name, buildId: '', inode: ino }, { ...proof, host: false })).toBe(false);
    expect(finds({ name, buildId: '', inode: ino + 1 })).toBe(false);
    expect(finds({ name, buildId: '', inode: -1 })).toBe(false);
    expect(finds({ name, buildId: '', inode: ino }, { ...proof, before: 0 })).toBe(false);
  });

  it('are not used for processes of another host', () => {
    expect(hostSymbols({ ...proof, host: false }).perfMap(process.pid)).toBeUndefined();
    expect(hostSymbols({ ...proof, host: false, kernel: false }).kernel('')).toBeUndefined();
  });
});

describe('a capture of another host', () => {
  const pipe = ofAnotherHost(readFileSync(join(packageRoot, 'fixtures', 'perf-data', 'pipe.data')));

  it.for([
    ['that tells its host', pipe],
    ['that tells nothing', withoutFeatures(pipe)],
  ] as const)('%s gets no names of this kernel, and says how to get its own', async ([, capture]) => {
    const profile = await readPerfData(bytesOf(capture));
    const kernel = kernelFrames(profile);
    expect(kernel.length).toBeGreaterThan(0);
    expect(kernel.every((flags) => (flags & UNKNOWN) !== 0)).toBe(true);
    const said = profile.warnings.join('\n');
    expect(said).toContain('[kernel.kallsyms]');
    expect(said).toContain('fbf symbols FILE --out DIR');
    expect(profile.meta.missing).toContain('[kernel.kallsyms]');
  });

  it('keeps the address of unknown frames', async () => {
    const { frames, ...profile } = await readPerfData(bytesOf(pipe), { addresses: true });
    const kernel = (frames.address ?? []).filter((_, f) => ((frames.flags[f] ?? 0) & KERNEL) !== 0);
    expect(new Set(kernel).size).toBe(kernel.length);
    expect(kernel.some((address) => address !== undefined && address % 2048n !== 0n)).toBe(true);
    const folded = Buffer.concat([...foldProfile({ frames, ...profile }, { addrs: true })]).toString();
    for (const address of kernel) expect(folded).toContain(`[[kernel.kallsyms] <${address?.toString(16)}>]`);
  });

  it('gives no advice to show kernel symbols while recording, or to install symbols here', async () => {
    const health = stackHealth(await readPerfData(bytesOf(pipe)));
    const fixes = health.binaries.flatMap(({ why, fix }) => (why.includes('symbols elsewhere') ? fix : []));
    expect(fixes.join()).toContain('fbf symbols');
    expect(`${fixes.join()} ${sayHealth(health).join()}`).not.toMatch(/kptr_restrict|find-dbgsym/);
  });
});

describe('kernel symbols of another boot', () => {
  const at = (low: number): number => low - 2 ** 32;
  const kallsyms = readKallsyms(
    new TextEncoder().encode(
      ['ffffffff91000000 T _text', 'ffffffff91000100 T sys_read', 'ffffffffc0003000 t probe\t[virtio_net]', ''].join(
        '\n',
      ),
    ),
  );
  const modules = 'virtio_net 73728 0 - Live 0xffffffffc0002000\n';
  const source = (sameBoot: boolean, moduleBuildId = '') => ({
    elf: () => undefined,
    perfMap: () => undefined,
    kernel: () => ({
      text: () => undefined,
      symbols: () => kallsyms,
      sameBoot,
      modules: new TextEncoder().encode(modules),
      moduleBuildId: () => moduleBuildId,
    }),
  });
  const anchor = { symbol: '_text', address: at(0x8100_0000) };
  const areas = [{ start: at(0xa000_0000), end: at(0xa001_0000), dso: '[virtio_net]', buildId: 'aa'.repeat(20) }];
  const facts: KernelFacts = { buildId: '', areas, anchor };
  const addresses = Float64Array.of(at(0x8100_0110), at(0xa000_1010));
  const names = (...of: Parameters<typeof symbolizer>): string[] =>
    symbolizer(...of)
      .kernel(addresses)
      .map(({ name }) => name);

  it('are shifted with the kernel and with each module', () => {
    expect(names(source(false), facts)).toEqual(['sys_read', 'probe']);
  });

  it("are not used if the capture does not give its kernel's load address", () => {
    expect(names(source(false), { ...facts, anchor: undefined })).toEqual(['[unknown]', '[unknown]']);
  });

  it('are not used for a module of another build', () => {
    expect(names(source(false, 'bb'.repeat(20)), facts)).toEqual(['sys_read', '[unknown]']);
  });
});
