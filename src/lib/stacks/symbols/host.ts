import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { bytesOf, bytesOfFile } from '../bytes.ts';
import { buildIdOfNotes, contentOf, readElf, sectionOf, stringAt, type Elf } from './elf.ts';
import { hasSymtab } from './elf-symbols.ts';
import type { Kallsyms } from './kallsyms.ts';
import { isBuildId, type Binary, type ElfPair, type SymbolSource } from './source.ts';

/** Opens an ELF file; undefined when there is none that can be read. The file stays open as long as its symbols are needed. */
const openElf = (path: string): Elf | undefined => {
  try {
    if (!statSync(path).isFile()) return undefined;
    return readElf(bytesOfFile(path));
  } catch {
    return undefined;
  }
};

/** The text of a file that may say a size of 0 and give more, as those of /proc do. */
const readText = (path: string): Uint8Array | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** The [vdso] that the kernel maps into every process: read from our own memory. */
const ownVdso = (): Elf | undefined => {
  try {
    const line = readFileSync('/proc/self/maps', 'utf8')
      .split('\n')
      .find((text) => text.endsWith('[vdso]'));
    const [from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line ?? '')?.slice(1) ?? [];
    const size = Number.parseInt(to, 16) - Number.parseInt(from, 16);
    if (!(size > 0 && size < 2 ** 20)) return undefined;
    const image = new Uint8Array(size);
    const memory = openSync('/proc/self/mem', 'r');
    try {
      readSync(memory, image, 0, size, Number.parseInt(from, 16));
    } finally {
      closeSync(memory);
    }
    return readElf(bytesOf(image));
  } catch {
    return undefined;
  }
};

/** The build-id of the running kernel, '' where it does not tell. */
export const runningKernel = (): string => {
  const notes = readText('/sys/kernel/notes');
  return notes === undefined ? '' : buildIdOfNotes(notes, true);
};

/** The name that a binary gives for its debug file: .gnu_debuglink. */
const debugLink = (elf: Elf): string => {
  const section = sectionOf(elf, '.gnu_debuglink');
  const name = section === undefined ? '' : stringAt(contentOf(elf, section), 0);
  return name.includes('/') ? '' : name;
};

const DEBUG = '/usr/lib/debug';

/** perf's cache of what captures on this machine ran: ~/.debug/.build-id/ab/cdef.../NAME. */
const cached = (buildId: string, name: string): string =>
  join(homedir(), '.debug', '.build-id', buildId.slice(0, 2), buildId.slice(2), name);

/** Places of a binary's debug file, best first: those of perf and gdb. */
const debugPlaces = (path: string, elf: Elf, buildId: string): string[] => {
  const link = debugLink(elf);
  const folder = dirname(path);
  return [
    ...(link === '' ? [] : [join(folder, link), join(folder, '.debug', link), join(DEBUG, folder, link)]),
    ...(isBuildId(buildId) ? [cached(buildId, 'debug')] : []),
    join(DEBUG, `${path}.debug`),
    join(DEBUG, path),
    ...(isBuildId(buildId) ? [join(DEBUG, '.build-id', buildId.slice(0, 2), `${buildId.slice(2)}.debug`)] : []),
  ].filter((place) => place !== path);
};

const findDebug = (path: string, elf: Elf): Elf | undefined => {
  for (const place of debugPlaces(path, elf, elf.buildId)) {
    const found = openElf(place);
    if (found !== undefined && hasSymtab(found) && found.buildId === elf.buildId) return found;
    found?.bytes.close();
  }
  return undefined;
};

/** Whether a name is an absolute path that stays where it says. */
const isPath = (name: string): boolean =>
  name.startsWith('/') && !name.split('/').includes('..') && !name.includes('\0');

/** The pid that a process had in its own namespace, and where its files can be seen. */
const mapPlaces = (pid: number): string[] => {
  const status = readText(`/proc/${pid}/status`);
  const inside = /^NStgid:.*\s(\d+)$/m.exec(status === undefined ? '' : new TextDecoder().decode(status))?.[1];
  return [`/tmp/perf-${pid}.map`, `/proc/${pid}/root/tmp/perf-${inside ?? pid}.map`];
};

/** What of the capture decides whether this machine's files may be its own. */
export interface SameMachine {
  /** Without a build-id a file counts only when the capture was made on this machine. */
  readonly trusted: boolean;
  /** The running kernel's symbols, where they were read ahead. */
  readonly kernel?: Kallsyms | undefined;
}

/** Symbols of this machine: its binaries, debug files, perf's cache of them, the running kernel, and maps in /tmp. */
export const hostSymbols = ({ trusted, kernel }: SameMachine): SymbolSource => {
  const runs = (buildId: string): boolean => (buildId === '' ? trusted : buildId === runningKernel());
  const candidates = ({ name, buildId }: Binary): string[] => [
    ...(isBuildId(buildId) ? [cached(buildId, 'elf')] : []),
    ...(isPath(name) ? [name] : []),
  ];
  return {
    elf({ name, buildId }): ElfPair | undefined {
      if (name.startsWith('[vdso')) {
        const elf = ownVdso();
        const matches = elf !== undefined && (buildId === '' ? trusted : elf.buildId === buildId);
        return matches ? { runtime: elf } : undefined;
      }
      if (buildId === '' && !trusted) return undefined;
      for (const path of candidates({ name, buildId })) {
        const elf = openElf(path);
        if (elf === undefined) continue;
        if (buildId === '' || elf.buildId === buildId)
          return { runtime: elf, debug: hasSymtab(elf) ? undefined : findDebug(isPath(name) ? name : path, elf) };
        elf.bytes.close();
      }
      return undefined;
    },
    kallsymsRead: (buildId) => (kernel !== undefined && runs(buildId) ? kernel : undefined),
    kallsyms(buildId) {
      if (runs(buildId)) return readText('/proc/kallsyms');
      return isBuildId(buildId) ? readText(cached(buildId, 'kallsyms')) : undefined;
    },
    perfMap(pid) {
      if (!trusted || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
      const place = mapPlaces(pid).find((path) => existsSync(path) && statSync(path).size > 0);
      return place === undefined ? undefined : readText(place);
    },
  };
};
