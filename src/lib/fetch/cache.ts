import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { bytesOf } from '../bytes/bytes.ts';
import { hasSymtab } from '../stacks/symbols/elf-symbols.ts';
import { readElf } from '../stacks/symbols/elf.ts';
import { folderPlaces } from '../stacks/symbols/folder.ts';
import { isBuildId } from '../stacks/symbols/source.ts';

export type Part = 'elf' | 'debug';

/** Symbols that were fetched before, by build-id: https://specifications.freedesktop.org/basedir-spec/ */
export const cacheFolder = (): string => {
  const { XDG_CACHE_HOME: xdg = '' } = process.env;
  return join(isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'fast-by-friday', 'symbols');
};

/** Symbols on this machine. A failure of its disk is never an error: the symbols are then fetched again. */
export interface SymbolCache {
  /** The bytes of a part; undefined if it is not there. A file with another build-id than its name is removed. */
  get(buildId: string, part: Part): Uint8Array | undefined;
  put(buildId: string, part: Part, bytes: Uint8Array): void;
  /** What the host need not send for a binary: build-ids, with `+` if the debug file need not be sent either. */
  known(binary: { readonly name: string; readonly buildId: string }): string[];
  /** Remembers that a file of this name had this build-id, for captures without build-ids. */
  remember(name: string, buildId: string): void;
  kernelKeys(buildId: string): string[];
  kernel(buildId: string, key: string): Uint8Array | undefined;
  putKernel(buildId: string, key: string, text: Uint8Array): void;
  /** Removes the files that were not used for the longest time, until `most` bytes are left. */
  prune(most: number): void;
}

const MOST_NAMES = 4;
const MOST_KERNELS = 4;

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Writes a file that is either absent or whole, in a private folder. */
export const writeWhole = (path: string, bytes: Uint8Array | string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, bytes, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
};

const quietly = <Result>(work: () => Result): Result | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

/** Reads a file, and notes that it was used. */
const used = (path: string): Uint8Array | undefined =>
  quietly(() => {
    const bytes = readFileSync(path);
    quietly(() => {
      utimesSync(path, new Date(), new Date());
    });
    return bytes;
  });

const buildIdOf = (bytes: Uint8Array): string | undefined => quietly(() => readElf(bytesOf(bytes))?.buildId);

const hasFullTable = (bytes: Uint8Array): boolean => {
  const elf = readElf(bytesOf(bytes));
  return elf !== undefined && hasSymtab(elf);
};

const prune = (folder: string, most: number): void => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .flatMap((path) => {
      const about = statSync(path);
      return about.isFile() ? [{ path, size: about.size, used: about.mtimeMs }] : [];
    })
    .sort((a, b) => b.used - a.used);
  let sum = 0;
  for (const { path, size } of files) if ((sum += size) > most) rmSync(path, { force: true });
};

/** The kernel's symbols: their file name ends with a digest of the text. */
const kernels = (folder: string) => {
  const KEY = /^([0-9a-f-]{36}-\d+)\.[0-9a-f]{64}$/;
  const BOOT = 36;
  const place = (buildId: string): string => join(folder, 'kernel', isBuildId(buildId) ? buildId : 'none');
  // Those used last come first.
  const names = (buildId: string): string[] => {
    const time = (name: string): number => quietly(() => statSync(join(place(buildId), name)).mtimeMs) ?? 0;
    return (quietly(() => readdirSync(place(buildId))) ?? []).sort((a, b) => time(b) - time(a));
  };
  const kernel = (buildId: string, key: string): Uint8Array | undefined => {
    const name = names(buildId).find((each) => each.startsWith(`${key}.`));
    const text = name === undefined ? undefined : used(join(place(buildId), name));
    return text !== undefined && name === `${key}.${sha256(text)}` ? text : undefined;
  };
  return {
    kernel,
    kernelKeys: (buildId: string): string[] =>
      names(buildId)
        .slice(0, MOST_KERNELS)
        .flatMap((name) => KEY.exec(name)?.[1] ?? [])
        .filter((key) => kernel(buildId, key) !== undefined),
    /** Replaces those of the same boot with other modules. */
    putKernel(buildId: string, key: string, text: Uint8Array): void {
      const name = `${key}.${sha256(text)}`;
      if (!KEY.test(name)) return;
      const old = names(buildId).filter((each) => each.startsWith(key.slice(0, BOOT)));
      for (const each of old) quietly(() => { rmSync(join(place(buildId), each)); }); // prettier-ignore
      quietly(() => { writeWhole(join(place(buildId), name), text); }); // prettier-ignore
    },
  };
};

/** Opens the cache in a folder, which is made when something is put into it. */
export const openCache = (folder: string): SymbolCache => {
  const nameFile = (name: string): string => join(folder, 'names', sha256(name));
  const idsOf = (name: string): string[] =>
    (quietly(() => readFileSync(nameFile(name), 'utf8')) ?? '').split('\n').filter(isBuildId).slice(0, MOST_NAMES);
  const get = (buildId: string, part: Part): Uint8Array | undefined => {
    if (!isBuildId(buildId)) return undefined;
    const path = folderPlaces.byId(folder, buildId, part);
    const bytes = used(path);
    if (bytes === undefined || buildIdOf(bytes) === buildId) return bytes;
    quietly(() => { rmSync(path); }); // prettier-ignore
    return undefined;
  };
  const mark = (buildId: string): string[] => {
    const elf = get(buildId, 'elf');
    if (elf === undefined) return [];
    const whole = hasFullTable(elf) || existsSync(folderPlaces.byId(folder, buildId, 'debug'));
    return [whole ? `${buildId}+` : buildId];
  };
  return {
    get,
    put(buildId, part, bytes) {
      if (!isBuildId(buildId) || buildIdOf(bytes) !== buildId) return;
      quietly(() => { writeWhole(folderPlaces.byId(folder, buildId, part), bytes); }); // prettier-ignore
    },
    known: ({ name, buildId }) => (buildId === '' ? idsOf(name) : [buildId]).flatMap(mark),
    remember(name, buildId) {
      const ids = idsOf(name);
      if (!isBuildId(buildId) || ids[0] === buildId) return;
      quietly(() => { writeWhole(nameFile(name), [buildId, ...ids.filter((id) => id !== buildId)].join('\n')); }); // prettier-ignore
    },
    ...kernels(folder),
    prune(most) {
      quietly(() => { prune(folder, most); }); // prettier-ignore
    },
  };
};

/** A cache that keeps nothing. */
export const noCache: SymbolCache = {
  get: () => undefined,
  put: () => undefined,
  known: () => [],
  remember: () => undefined,
  kernelKeys: () => [],
  kernel: () => undefined,
  putKernel: () => undefined,
  prune: () => undefined,
};
