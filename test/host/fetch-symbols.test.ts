import { execFileSync, spawnSync } from 'node:child_process';
import {
  statSync,
  chmodSync,
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchSymbols, type Fetched, type FetchOptions, type Wanted } from '../../src/lib/fetch/fetch-symbols.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { sayWarning } from '../../src/lib/recording/warning.ts';
import { wantedOf } from '../../src/lib/sources/perf-data/wanted.ts';
import { openTransport } from '../../src/lib/transport/open.ts';
import { perfScript, type Stacks } from './perf-frames.ts';
import { hidden } from './hidden.ts';
import { readElsewhere } from './read-elsewhere.ts';
import { startSshd, whyNoSshd, whyNot, type Sshd } from './sshd.ts';
import { buildPrograms, ODD, startPrograms } from './symbol-programs.ts';

const works = (...[file = '', ...argv]: string[]): boolean => spawnSync(file, argv, { stdio: 'ignore' }).status === 0;
const why =
  whyNoSshd() ??
  whyNot('gcc') ??
  (works('perf', 'record', '-q', '-e', 'cpu-clock', '-g', '-o', '-', '--', 'true') ? undefined : 'needs perf');

const ROOT_BY_SUDO = { name: 'admin', sudo: 'ALL=(ALL) NOPASSWD: ALL' } as const;

describe.skipIf(why)(`the symbols of a capture, fetched from its host (${why ?? 'runs'})`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-fetch-'));
  const data = join(dir, 'perf.data');
  const cache = join(dir, 'cache');
  let sshd: Sshd | undefined;
  let poor: Sshd | undefined;
  let running: ReturnType<typeof startPrograms> | undefined;
  let wanted: Wanted;
  let theirs: Stacks;
  let count = 0;

  beforeAll(async () => {
    sshd = await startSshd({ pids: 'shared', logins: [{ name: 'plain' }, ROOT_BY_SUDO] });
    poor = await startSshd({ pids: 'shared', before: [hidden('perl')] });
    chmodSync(dir, 0o755);
    const programs = buildPrograms(dir);
    running = startPrograms(programs, dir);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const pids = Object.values(running).map(({ pid }) => String(pid));
    const record = ['record', '-q', '-F', '999', '-g', '-k', 'CLOCK_MONOTONIC', '--buildid-mmap', '-o', '-'];
    execFileSync('sh', ['-c', 'out=$1; shift; exec "$@" >"$out"', 'sh', data, 'perf', ...record, '-p', pids.join(), '--', 'sleep', '3'], { stdio: 'ignore' }); // prettier-ignore
    for (const child of Object.values(running)) child.kill('SIGSTOP');
    theirs = perfScript(data);
    wanted = await wantedOf(data);
    running.ended.kill('SIGKILL');
    rmSync(programs.ended);
    renameSync(programs.other, programs.replaced);
  }, 120_000);
  afterAll(() => {
    for (const child of Object.values(running ?? {})) child.kill('SIGKILL');
    rmSync(`/tmp/perf-${running?.node.pid ?? 0}.map`, { force: true });
    for (const host of [sshd, poor]) host?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const fetched = async (
    host: Sshd,
    login: string,
    options: FetchOptions = {},
    what = wanted,
  ): Promise<{ folder: string; got: Fetched }> => {
    const folder = join(dir, `symbols-${count++}`);
    const { transport } = await openTransport(host.url(login), { sshConfig: host.config });
    try {
      return { folder, got: await fetchSymbols(transport, what, folder, { cache: false, ...options }) };
    } finally {
      await transport.close();
    }
  };
  const said = ({ warnings }: Fetched): string => warnings.map(sayWarning).join('\n');
  const inodeOf = ({ name }: { readonly name: string }): number => (existsSync(name) ? statSync(name).ino : 0);
  const filesOf = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .sort();
  const namesIn = (stacks: Stacks): string[] => [...new Set(stacks.flat().map((frame) => frame.replace(/ .*/s, '')))];

  it('name the same functions on another machine as perf script on the host', async () => {
    const { folder, got } = await fetched(sshd!, 'root');
    const ours = readElsewhere(data, folder);
    expect(ours.length).toBe(theirs.length);
    let frames = 0;
    const differ: string[] = [];
    theirs.forEach((stack, row) => {
      // perf does not open a file whose name has a line break; of the one that has ended, nothing was left to fetch.
      if (stack.some((frame) => /we ird|ended/.test(frame))) return;
      stack.forEach((frame, i) => {
        frames++;
        if (ours[row]![i] !== frame) differ.push(`${frame} | ${ours[row]![i] ?? 'none'}`);
      });
    });
    expect(frames).toBeGreaterThan(2000);
    expect(differ.length / frames, differ.slice(0, 20).join('\n')).toBeLessThan(0.001);
    for (const name of ['pointers', 'bare', 'split', 'inside', 'odd', 'replaced'])
      expect(namesIn(ours)).toContain(`${name}_hot`);
    expect(ours.filter((stack) => stack.some((frame) => frame.includes('workInNode'))).length).toBeGreaterThan(100);
    expect(got).toMatchObject({ kernel: true, maps: 2 });
    expect(got.transferred).toBeLessThan(got.bytes);
  });

  it('are warned about by name where a process and its file are gone', async () => {
    const { got } = await fetched(sshd!, 'root');
    expect(got.warnings).toEqual([{ code: 'symbols-process-ended', binary: join(dir, 'ended') }]);
  });

  it('are not transferred again when they are in the cache, which is private and checked', async () => {
    const first = await fetched(sshd!, 'root', { cache });
    const second = await fetched(sshd!, 'root', { cache });
    expect(second.got).toMatchObject({ binaries: first.got.binaries, bytes: first.got.bytes, kernel: true, maps: 2 });
    expect(second.got.cached).toBe(second.got.binaries);
    expect(second.got.transferred).toBeLessThan(first.got.transferred / 4);
    expect(statSync(cache).mode & 0o077).toBe(0);
    const [elf = ''] = filesOf(cache).filter((file) => file.endsWith('elf'));
    appendFileSync(elf, 'harmless');
    const other = filesOf(cache)
      .filter((file) => file.endsWith('elf'))
      .at(-1)!;
    copyFileSync(elf, other);
    const third = await fetched(sshd!, 'root', { cache });
    expect(third.got).toMatchObject({ binaries: first.got.binaries, cached: first.got.binaries - 1 });
    expect(readFileSync(other)).not.toEqual(readFileSync(elf));
  });

  it('are limited by bytes, and what is left out is named', async () => {
    const { got } = await fetched(sshd!, 'root', { maxBytes: 3_000_000, maxFileBytes: 1_000_000 });
    expect(got.bytes).toBeLessThan(4_000_000);
    expect(said(got)).toMatch(/bin\/node: larger than the limit for one file/);
  });

  it('are those that the login may read, without root', async () => {
    const { got } = await fetched(sshd!, 'plain');
    const text = said(got);
    expect(text).toMatch(/no symbols of \/tmp\/inside: /);
    expect(text).toContain(`${join(dir, 'replaced')} was replaced after it was recorded`);
    expect(got.binaries).toBeGreaterThan(4);
    if (Number(readFileSync('/proc/sys/kernel/perf_event_paranoid', 'utf8')) > 1)
      expect(text).toMatch(/the kernel hides its addresses/);
  });

  it('are all there for a login that may use sudo', async () => {
    const { got } = await fetched(sshd!, 'admin', { sudo: true });
    expect(got).toMatchObject({ kernel: true, maps: 2 });
    expect(got.warnings.map(({ code }) => code)).toEqual(['symbols-process-ended']);
  });

  it('are fetched as whole files from a host without perl', async () => {
    const { folder, got } = await fetched(poor!, 'root', { maxFileBytes: 20_000_000 });
    const text = said(got);
    expect(text).toMatch(/bin\/node: larger than the limit for one file/);
    expect(got).toMatchObject({ kernel: true, maps: 2 });
    const names = namesIn(readElsewhere(data, folder));
    for (const name of ['pointers', 'bare', 'inside', 'odd']) expect(names).toContain(`${name}_hot`);
    const slim = await fetched(sshd!, 'root', { maxFileBytes: 20_000_000 });
    for (const file of filesOf(folder).filter((path) => path.endsWith('elf')))
      expect(readFileSync(file)).toEqual(readFileSync(file.replace(folder, slim.folder)));
  });

  it('are fetched by fbf symbols --host', () => {
    const folder = join(dir, 'symbols-cli');
    const env = { ...process.env, FBF_SSH_CONFIG: sshd!.config, XDG_CACHE_HOME: join(dir, 'home') };
    const argv = ['src/cli/main.ts', 'symbols', data, '--host', 'ssh://admin', '--sudo', '--out', folder];
    const text = execFileSync(process.execPath, argv, { cwd: packageRoot, env, encoding: 'utf8' });
    expect(text).toMatch(
      /^.*symbols-cli: \d+ binaries, the kernel, 2 run-time maps; [\d.]+ MB; [\d.]+ MB transferred, /,
    );
    expect(text).toContain(`no symbols of ${join(dir, 'ended')}: the processes that mapped it have ended`);
    expect(namesIn(readElsewhere(data, folder))).toContain('inside_hot');
    expect(readdirSync(join(dir, 'home', 'fast-by-friday', 'symbols'))).toContain('.build-id');
  });

  it('are checked by inode where the capture has no build-ids', async () => {
    const plain: Wanted = { ...wanted, kernelBuildId: '', binaries: wanted.binaries.map((binary) => ({ ...binary, buildId: '', inode: inodeOf(binary) })) }; // prettier-ignore
    const { got, folder } = await fetched(sshd!, 'root', { cache: join(dir, 'by-name') }, plain);
    expect(got.warnings.map(sayWarning).join('\n')).toMatch(/^no symbols of .*ended: /);
    expect(existsSync(join(folder, 'kallsyms'))).toBe(true);
    const again = await fetched(sshd!, 'root', { cache: join(dir, 'by-name') }, plain);
    expect(again.got.cached).toBe(again.got.binaries);
    const wrong = { ...plain, binaries: plain.binaries.map((binary) => ({ ...binary, inode: 1 })) };
    const refused = await fetched(sshd!, 'root', {}, wrong);
    expect(refused.got.binaries).toBeLessThanOrEqual(1); // [vdso] has no inode
    expect(said(refused.got)).toMatch(/pointers was replaced after it was recorded/);
  });

  it('are no link, no pipe and no other file in the place of a map', async () => {
    const { pointers, bare, split, odd } = running!;
    const at = ({ pid }: { readonly pid?: number | undefined }): string => `/tmp/perf-${pid ?? 0}.map`;
    const [link, pipe, other, map] = [at(pointers), at(bare), at(split), at(odd)];
    writeFileSync(join(dir, 'secret'), '10 20 a\n');
    symlinkSync(join(dir, 'secret'), link);
    execFileSync('mkfifo', [pipe]);
    writeFileSync(other, 'root:x:0:0\n');
    writeFileSync(map, '7f0000001000 20 JS:f a b\n');
    try {
      const pids = [pointers, bare, split, odd].map(({ pid }) => pid ?? 0);
      const only = { binaries: [], pids, kernelBuildId: '', kernel: false };
      for (const host of [sshd!, poor!]) {
        const { folder, got } = await fetched(host, 'root', {}, only);
        expect(got).toMatchObject({ maps: 1, kernel: false, binaries: 0 });
        expect(filesOf(join(folder, 'maps'))).toEqual([join(folder, 'maps', `perf-${pids[3]}.map`)]);
        expect(got.warnings.map(({ code }) => code)).toEqual(['map-absent', 'map-absent', 'map-absent']);
      }
    } finally {
      for (const file of [link, pipe, other, map]) rmSync(file, { force: true });
    }
  });

  it('run no word of a file name as a command', () => {
    expect(existsSync(join(dir, 'oops'))).toBe(false);
    expect(readdirSync(dir)).toContain(ODD);
  });

  it('stop at the signal, with a warning', async () => {
    const { got } = await fetched(sshd!, 'root', { signal: AbortSignal.abort() });
    expect(got.warnings[0]).toMatchObject({ code: 'symbols-cut', why: 'interrupted' });
  });
});
