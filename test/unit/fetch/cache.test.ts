import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder, openCache } from '../../../src/lib/fetch/cache.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { folderPlaces } from '../../../src/lib/stacks/symbols/folder.ts';

const id = '88b33838459d97a52d6f92ed3044b900e57b8870';
const bytes = readFileSync(folderPlaces.byId(join(packageRoot, 'fixtures', 'perf-data', 'symbols'), id, 'elf'));

/** The same file with another build-id. */
const another = (): { id: string; bytes: Buffer } => {
  const changed = Buffer.from(bytes);
  const at = changed.indexOf(Buffer.from(id, 'hex'));
  changed.fill(0xab, at, at + 20);
  return { id: 'ab'.repeat(20), bytes: changed };
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fbf-cache-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const files = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());

describe('the cache of symbols', () => {
  const [one, other] = [{ id, bytes }, another()];

  it('gives what was put into it, in files that only the user may read', () => {
    const cache = openCache(join(folder, 'new'));
    cache.put(one.id, 'elf', one.bytes);
    expect(cache.get(one.id, 'elf')).toEqual(one.bytes);
    expect([cache.get(one.id, 'debug'), cache.get(other.id, 'elf'), cache.get('../..', 'elf')]).toEqual([undefined, undefined, undefined]); // prettier-ignore
    for (const file of [...files(), 'new']) expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  });
  it('takes and gives no file under the build-id of another one', () => {
    const cache = openCache(folder);
    cache.put(other.id, 'elf', one.bytes);
    expect(files()).toEqual([]);
    cache.put(one.id, 'elf', one.bytes);
    writeFileSync(folderPlaces.byId(folder, one.id, 'elf'), other.bytes);
    expect(cache.get(one.id, 'elf')).toBeUndefined();
    expect(files()).toEqual([]);
  });
  it('knows the build-ids of names, the last first', () => {
    const cache = openCache(folder);
    for (const each of [one, other]) {
      cache.put(each.id, 'elf', each.bytes);
      cache.remember('/bin/x', each.id);
    }
    const ids = cache.known({ name: '/bin/x', buildId: '' }).map((each) => each.replace('+', ''));
    expect(ids).toEqual([other.id, one.id]);
    expect(cache.known({ name: '/bin/y', buildId: '' })).toEqual([]);
    expect(cache.known({ name: '/bin/y', buildId: one.id })[0]).toMatch(one.id);
  });
  it('keeps the kernel of each boot with its last modules, and none that was damaged', () => {
    const cache = openCache(folder);
    const boot = '3c1f0e2a-0d4b-4a57-9d26-1f3c5e7a9b11';
    const text = Buffer.from('ffffffff81000000 T _text\n');
    for (const key of [`${boot}-1`, `${boot}-2`, '../../x']) cache.putKernel('', key, text);
    expect(cache.kernelKeys('')).toEqual([`${boot}-2`]);
    expect(cache.kernel('', `${boot}-2`)).toEqual(text);
    truncateSync(join(folder, files()[0]!), 5);
    expect([cache.kernelKeys(''), cache.kernel('', `${boot}-2`)]).toEqual([[], undefined]);
  });
  it('loses what was not used for the longest time', () => {
    const cache = openCache(folder);
    for (const each of [one, other]) cache.put(each.id, 'elf', each.bytes);
    utimesSync(folderPlaces.byId(folder, one.id, 'elf'), 1, 1);
    cache.prune(one.bytes.length + other.bytes.length);
    expect(files()).toHaveLength(2);
    cache.prune(one.bytes.length + other.bytes.length - 1);
    expect([cache.get(one.id, 'elf'), cache.get(other.id, 'elf')]).toEqual([undefined, other.bytes]);
  });
  it('that cannot be written or read keeps nothing and fails nothing', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const cache = openCache(file);
    cache.put(one.id, 'elf', one.bytes);
    cache.remember('/bin/x', one.id);
    cache.prune(1);
    expect([cache.get(one.id, 'elf'), cache.known({ name: '/bin/x', buildId: '' })]).toEqual([undefined, []]);
  });
  it('is where the user keeps caches', () => {
    const before = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = '/x/cache';
    expect(cacheFolder()).toBe('/x/cache/fast-by-friday/symbols');
    process.env['XDG_CACHE_HOME'] = 'relative';
    expect(cacheFolder()).toMatch(/\/\.cache\/fast-by-friday\/symbols$/);
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });
});
