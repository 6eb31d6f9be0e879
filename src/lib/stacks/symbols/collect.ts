import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Elf } from './elf.ts';
import { folderPlaces } from './folder.ts';
import { slimElf } from './slim-elf.ts';
import { isBuildId, type Binary, type SymbolSource } from './source.ts';

/** A binary of a capture. */
export interface WantedBinary extends Binary {
  /** Processes that mapped it, those that lived longest first: its path is that of their mount namespace. */
  readonly pids?: readonly number[];
}

/** What is needed to symbolize a capture on another machine. */
export interface Wanted {
  /** Those with the most places in stacks come first. */
  readonly binaries: readonly WantedBinary[];
  /** Processes with code compiled at run time. */
  readonly pids: readonly number[];
  readonly kernelBuildId: string;
  /** Whether kernel addresses appear in stacks; undefined: not known. */
  readonly kernel?: boolean;
}

/** What was collected, and what was not found. */
export interface Collected {
  readonly binaries: number;
  readonly maps: number;
  readonly kernel: boolean;
  readonly bytes: number;
  readonly missing: readonly string[];
}

const write = (path: string, bytes: Uint8Array): number => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return bytes.length;
};

/** Copies the symbols of one binary; returns their bytes and the binary's actual build-id. */
const copyBinary = (
  folder: string,
  { name }: Binary,
  { runtime, debug }: { runtime: Elf; debug?: Elf | undefined },
) => {
  const id = runtime.buildId;
  const place = (part: string): string =>
    isBuildId(id) ? folderPlaces.byId(folder, id, part) : folderPlaces.byName(folder, name, part);
  let bytes = write(place('elf'), slimElf(runtime));
  if (debug !== undefined) bytes += write(place('debug'), slimElf(debug));
  runtime.bytes.close();
  debug?.bytes.close();
  return { bytes, id };
};

/** Copies the kernel's symbols; returns their bytes, 0 if they are hidden or the running kernel is a different one. */
const copyKernel = (source: SymbolSource, buildId: string, folder: string): number => {
  const kernel = source.kernel(buildId);
  const text = kernel?.text();
  if (kernel === undefined || text === undefined || kernel.symbols().hidden) return 0;
  const place = (part: string): string =>
    isBuildId(buildId) ? folderPlaces.byId(folder, buildId, part) : folderPlaces.kernel(folder, part);
  const modules = kernel.modules === undefined ? 0 : write(place('modules'), kernel.modules);
  return write(place('kallsyms'), text) + modules;
};

/**
 * Writes the symbols that a capture needs into a folder for `--symbols`. Names from the capture become file names only
 * as hexadecimal digits.
 */
export const collectSymbols = (source: SymbolSource, wanted: Wanted, folder: string): Collected => {
  const missing: string[] = [];
  const names: Record<string, string> = {};
  let bytes = 0;
  let binaries = 0;
  mkdirSync(folder, { recursive: true });
  for (const binary of wanted.binaries) {
    const pair = source.elf(binary);
    if (pair === undefined) {
      missing.push(binary.name);
      continue;
    }
    const copied = copyBinary(folder, binary, pair);
    bytes += copied.bytes;
    binaries++;
    if (binary.buildId !== copied.id && isBuildId(copied.id)) names[binary.name] = copied.id;
  }
  bytes += write(folderPlaces.names(folder), new TextEncoder().encode(`${JSON.stringify(names, null, 1)}\n`));
  const kernel = copyKernel(source, wanted.kernelBuildId, folder);
  bytes += kernel;
  if (kernel === 0) missing.push('[kernel.kallsyms]');
  let maps = 0;
  for (const pid of wanted.pids) {
    const text = source.perfMap(pid);
    if (text === undefined) continue;
    bytes += write(folderPlaces.perfMap(folder, pid), text);
    maps++;
  }
  return { binaries, maps, kernel: kernel > 0, bytes, missing };
};
