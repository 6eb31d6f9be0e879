import type { Elf } from './elf.ts';
import { readKallsyms, type Kallsyms } from './kallsyms.ts';

/** A mapped file as a capture names it. `buildId` is '' where the capture does not know it. */
export interface Binary {
  readonly name: string;
  readonly buildId: string;
}

/** The parts of a binary that have symbols: the file itself and its separate debug file, either of which may be missing. */
export interface ElfPair {
  readonly runtime: Elf;
  readonly debug?: Elf | undefined;
}

/** Where symbols come from: the machine at hand, or a folder that was collected where the capture was made. */
export interface SymbolSource {
  elf(binary: Binary): ElfPair | undefined;
  /** The text of /proc/kallsyms of the kernel with this build-id; '' where the capture does not know it. */
  kallsyms(buildId: string): Uint8Array | undefined;
  /** The same, where it was read ahead. */
  kallsymsRead?(buildId: string): Kallsyms | undefined;
  /** The text of /tmp/perf-PID.map. */
  perfMap(pid: number): Uint8Array | undefined;
}

/** The kernel's symbols as a source has them: read ahead, or read now. */
export const kernelOf = (source: SymbolSource, buildId: string): Kallsyms | undefined => {
  const ahead = source.kallsymsRead?.(buildId);
  if (ahead !== undefined) return ahead;
  const text = source.kallsyms(buildId);
  return text === undefined ? undefined : readKallsyms(text);
};

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
    kallsyms: (buildId) => ask((source) => source.kallsyms(buildId)),
    kallsymsRead: (buildId) => ask((source) => kernelOf(source, buildId)),
    perfMap: (pid) => ask((source) => source.perfMap(pid)),
  };
};

/** Whether a text is a build-id: hexadecimal, so that it can name a file and nothing else. */
export const isBuildId = (text: string): boolean => /^[0-9a-f]{8,40}$/.test(text) && text.length % 2 === 0;
