import { existsSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { bytesOfFile } from '../bytes.ts';
import { readElf, type Elf } from './elf.ts';
import { isBuildId, type SymbolSource } from './source.ts';

/** Where a folder of symbols keeps things. Names are made of hexadecimal digits only: no name from a capture is a path here. */
export const folderPlaces = {
  /** Files of a build-id: 'elf', 'debug', 'kallsyms'. */
  byId: (folder: string, buildId: string, part: string): string =>
    join(folder, '.build-id', buildId.slice(0, 2), buildId.slice(2), part),
  /** Files without a build-id, by their name's SHA-256. */
  byName: (folder: string, name: string, part: string): string =>
    join(folder, 'by-name', createHash('sha256').update(name).digest('hex'), part),
  /** Build-ids of files that the capture itself does not tell: a JSON object, name to build-id. */
  names: (folder: string): string => join(folder, 'names.json'),
  perfMap: (folder: string, pid: number): string => join(folder, 'maps', `perf-${pid}.map`),
  kallsyms: (folder: string): string => join(folder, 'kallsyms'),
};

const openElf = (path: string): Elf | undefined => {
  try {
    return readElf(bytesOfFile(path));
  } catch {
    return undefined;
  }
};

const readNames = (folder: string): ReadonlyMap<string, string> => {
  try {
    const names: unknown = JSON.parse(readFileSync(folderPlaces.names(folder), 'utf8'));
    if (typeof names !== 'object' || names === null) return new Map();
    return new Map(Object.entries(names).filter((pair): pair is [string, string] => isBuildId(String(pair[1]))));
  } catch {
    return new Map();
  }
};

const readText = (path: string): Uint8Array | undefined => (existsSync(path) ? readFileSync(path) : undefined);

/** Symbols from a folder that `fbf symbols` collected where the capture was made. */
export const folderSymbols = (folder: string): SymbolSource => {
  const names = readNames(folder);
  return {
    elf({ name, buildId }) {
      const id = buildId === '' ? (names.get(name) ?? '') : buildId;
      const place = (part: string): string =>
        isBuildId(id) ? folderPlaces.byId(folder, id, part) : folderPlaces.byName(folder, name, part);
      const runtime = openElf(place('elf'));
      return runtime === undefined ? undefined : { runtime, debug: openElf(place('debug')) };
    },
    kallsyms(buildId) {
      const ofKernel = isBuildId(buildId) ? readText(folderPlaces.byId(folder, buildId, 'kallsyms')) : undefined;
      return ofKernel ?? readText(folderPlaces.kallsyms(folder));
    },
    perfMap: (pid) => (Number.isSafeInteger(pid) && pid > 0 ? readText(folderPlaces.perfMap(folder, pid)) : undefined),
  };
};
