import type { Elf } from './elf.ts';
import type { Kallsyms } from './kallsyms.ts';

/** A mapped file as a capture names it. `buildId` is '' if the capture does not give it. */
export interface Binary {
  readonly name: string;
  readonly buildId: string;
  /** The file's inode number; 0 if the capture does not give it, -1 if several files had this name. */
  readonly inode?: number;
}

/** The files with a binary's symbols: itself and its separate debug file; either may be missing. */
export interface ElfPair {
  readonly runtime: Elf;
  readonly debug?: Elf | undefined;
}

/** The symbols of one kernel, read on demand. */
export interface KernelSource {
  /** The text of its /proc/kallsyms. */
  text(): Uint8Array | undefined;
  symbols(): Kallsyms;
  /** Whether its addresses are those of the boot in which the capture was made. */
  readonly sameBoot: boolean;
  /** The text of its /proc/modules, with the load addresses of modules; undefined if unknown. */
  readonly modules: Uint8Array | undefined;
  /** The build-id of a loaded module ('[virtio_net]'); '' if unknown. */
  moduleBuildId(name: string): string;
}

/** A source of symbols: this machine, or a folder that was collected on the host of the capture. */
export interface SymbolSource {
  elf(binary: Binary): ElfPair | undefined;
  /** The kernel with this build-id; '' if the capture does not give it. */
  kernel(buildId: string): KernelSource | undefined;
  /** The text of /tmp/perf-PID.map. */
  perfMap(pid: number): Uint8Array | undefined;
}

/** Tries the sources in order. */
export const firstOf = (sources: readonly SymbolSource[]): SymbolSource => {
  const ask = <Found>(from: (source: SymbolSource) => Found | undefined): Found | undefined => {
    for (const source of sources) {
      const found = from(source);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    elf: (binary) => ask((source) => source.elf(binary)),
    kernel: (buildId) => ask((source) => source.kernel(buildId)),
    perfMap: (pid) => ask((source) => source.perfMap(pid)),
  };
};

/** Whether two build-ids are equal: old perf pads short ones with zeros and does not store their length. */
export const isSameId = (a: string, b: string): boolean =>
  a !== '' && b !== '' && a.padEnd(40, '0') === b.padEnd(40, '0');

/** Whether a text is a build-id: hexadecimal, so that it is safe as a file name. */
export const isBuildId = (text: string): boolean => /^[0-9a-f]{8,40}$/.test(text) && text.length % 2 === 0;
