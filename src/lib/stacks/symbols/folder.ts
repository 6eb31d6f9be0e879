import { existsSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { bytesOfFile } from '../../bytes/bytes.ts';
import { readElf, type Elf } from './elf.ts';
import { readKallsyms } from './kallsyms.ts';
import { isBuildId, isSameId, type KernelSource, type SymbolSource } from './source.ts';

/**
 * The paths in a folder of symbols. They are made of hexadecimal digits only: no name from a capture becomes a path.
 */
export const folderPlaces = {
  /** Files of a build-id: 'elf', 'debug', 'kallsyms', 'modules'. */
  byId: (folder: string, buildId: string, part: string): string =>
    join(folder, '.build-id', buildId.slice(0, 2), buildId.slice(2), part),
  /** Files without a build-id, by the SHA-256 of their name. */
  byName: (folder: string, name: string, part: string): string =>
    join(folder, 'by-name', createHash('sha256').update(name).digest('hex'), part),
  /** Build-ids of files that the capture does not give: a JSON object from name to build-id. */
  names: (folder: string): string => join(folder, 'names.json'),
  perfMap: (folder: string, pid: number): string => join(folder, 'maps', `perf-${pid}.map`),
  /** Kernel files ('kallsyms', 'modules') for a capture that does not give its kernel's build-id. */
  kernel: (folder: string, part: string): string => join(folder, part),
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

/** The kernel of a folder: by its build-id, or that of a capture without one. */
const kernelIn = (folder: string, buildId: string): KernelSource | undefined => {
  const place = (part: string): string =>
    isBuildId(buildId) ? folderPlaces.byId(folder, buildId, part) : folderPlaces.kernel(folder, part);
  const text = readText(place('kallsyms'));
  if (text === undefined) return undefined;
  return {
    text: () => text,
    symbols: () => readKallsyms(text),
    sameBoot: true,
    modules: readText(place('modules')),
    moduleBuildId: () => '',
  };
};

/** Symbols from a folder that `fbf symbols` wrote on the host of the capture. */
export const folderSymbols = (folder: string): SymbolSource => {
  const names = readNames(folder);
  return {
    elf({ name, buildId }) {
      const told = names.get(name) ?? '';
      const id = buildId === '' || isSameId(told, buildId) ? told : buildId;
      const place = (part: string): string =>
        isBuildId(id) ? folderPlaces.byId(folder, id, part) : folderPlaces.byName(folder, name, part);
      const runtime = openElf(place('elf'));
      return runtime === undefined ? undefined : { runtime, debug: openElf(place('debug')) };
    },
    kernel: (buildId) => kernelIn(folder, buildId),
    perfMap: (pid) => (Number.isSafeInteger(pid) && pid > 0 ? readText(folderPlaces.perfMap(folder, pid)) : undefined),
  };
};
