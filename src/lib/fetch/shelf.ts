import { folderPlaces } from '../stacks/symbols/folder.ts';
import { isBuildId, type Binary } from '../stacks/symbols/source.ts';
import { writeWhole, type Part, type SymbolCache } from './cache.ts';
import type { Slim } from './sparse.ts';

/** The folder of symbols that is written (stacks/symbols/folder.ts reads it), and the cache beside it. */
export const openShelf = (folder: string, cache: SymbolCache) => {
  const names: Record<string, string> = {};
  const written = new Map<string, number>();
  const write = (path: string, bytes: Uint8Array): void => {
    if (written.has(path)) return;
    writeWhole(path, bytes);
    written.set(path, bytes.length);
  };
  const place = (name: string, id: string, part: Part): string =>
    isBuildId(id) ? folderPlaces.byId(folder, id, part) : folderPlaces.byName(folder, name, part);
  const named = ({ name, buildId }: Binary, id: string): void => {
    if (buildId !== id && isBuildId(id)) names[name] = id;
    if (buildId === '') cache.remember(name, id);
  };
  const kernelPlace = (buildId: string, part: 'kallsyms' | 'modules'): string =>
    isBuildId(buildId) ? folderPlaces.byId(folder, buildId, part) : folderPlaces.kernel(folder, part);
  return {
    put(binary: Binary, part: Part, { buildId, bytes }: Slim): void {
      write(place(binary.name, buildId, part), bytes);
      cache.put(buildId, part, bytes);
      if (part === 'elf') named(binary, buildId);
    },
    /** Takes a binary that was already written, or that the cache has; undefined if neither. */
    known(binary: Binary, buildId: string): 'written' | 'cached' | undefined {
      if (written.has(place(binary.name, buildId, 'elf'))) {
        named(binary, buildId);
        return 'written';
      }
      const elf = cache.get(buildId, 'elf');
      if (elf === undefined) return undefined;
      const debug = cache.get(buildId, 'debug');
      write(place(binary.name, buildId, 'elf'), elf);
      if (debug !== undefined) write(place(binary.name, buildId, 'debug'), debug);
      named(binary, buildId);
      return 'cached';
    },
    perfMap(pid: number, text: Uint8Array): void {
      write(folderPlaces.perfMap(folder, pid), text);
    },
    kernel(buildId: string, { symbols, modules }: { symbols: Uint8Array; modules: Uint8Array | undefined }): void {
      write(kernelPlace(buildId, 'kallsyms'), symbols);
      if (modules !== undefined && modules.length > 0) write(kernelPlace(buildId, 'modules'), modules);
    },
    /** Writes the build-ids that the capture does not have; returns the bytes of all files. */
    close(): number {
      writeWhole(folderPlaces.names(folder), `${JSON.stringify(names, null, 1)}\n`);
      return [...written.values()].reduce((sum, size) => sum + size, 0);
    },
  };
};

export type Shelf = ReturnType<typeof openShelf>;
