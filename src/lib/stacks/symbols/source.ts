import type { Elf } from './elf.ts';
import type { Kallsyms } from './kallsyms.ts';

/** A mapped file as a capture names it. `buildId` is '' where the capture does not know it. */
export interface Binary {
  readonly name: string;
  readonly buildId: string;
  /** The file's inode number where the capture says it; 0 where it does not, -1 where several files had this name. */
  readonly inode?: number;
}

/** The parts of a binary that have symbols: the file itself and its separate debug file, either of which may be missing. */
export interface ElfPair {
  readonly runtime: Elf;
  readonly debug?: Elf | undefined;
}

/** The symbols of one kernel, read when they are asked for. */
export interface KernelSource {
  /** The text of its /proc/kallsyms. */
  text(): Uint8Array | undefined;
  symbols(): Kallsyms;
  /** Its addresses are those of the boot in which the capture was made. */
  readonly sameBoot: boolean;
  /** The text of its /proc/modules, which says where modules were loaded; undefined where it is not known. */
  readonly modules: Uint8Array | undefined;
  /** The build-id of a loaded module ('[virtio_net]'); '' where it is not known. */
  moduleBuildId(name: string): string;
}

/** Where symbols come from: this machine, or a folder that was collected on the host where the capture was made. */
export interface SymbolSource {
  elf(binary: Binary): ElfPair | undefined;
  /** The kernel with this build-id; '' where the capture does not know it. */
  kernel(buildId: string): KernelSource | undefined;
  /** The text of /tmp/perf-PID.map. */
  perfMap(pid: number): Uint8Array | undefined;
}

/** Asks one source after the other. */
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

/** Whether two build-ids are the same: old perf fills short ones up with zeros and does not say their length. */
export const isSameId = (a: string, b: string): boolean =>
  a !== '' && b !== '' && a.padEnd(40, '0') === b.padEnd(40, '0');

/** Whether a text is a build-id: hexadecimal, so that it can name a file and nothing else. */
export const isBuildId = (text: string): boolean => /^[0-9a-f]{8,40}$/.test(text) && text.length % 2 === 0;
