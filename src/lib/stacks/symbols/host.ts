import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { bytesOf, bytesOfFile } from '../../bytes/bytes.ts';
import { buildIdOfNotes, contentOf, readElf, sectionOf, stringAt, type Elf } from './elf.ts';
import { hasSymtab } from './elf-symbols.ts';
import { readKallsyms, type Kallsyms } from './kallsyms.ts';
import { isBuildId, isSameId, type Binary, type ElfPair, type KernelSource, type SymbolSource } from './source.ts';

/**
 * Opens an ELF file; undefined if it is missing, unreadable or not ELF. The file stays open while its symbols are
 * needed.
 */
const openElf = (path: string): Elf | undefined => {
  try {
    if (!statSync(path).isFile()) return undefined;
    return readElf(bytesOfFile(path));
  } catch {
    return undefined;
  }
};

/** The text of a file that may report size 0 and still have contents, as in /proc. */
const readText = (path: string): Uint8Array | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** The [vdso] that the kernel maps into every process, read from our own memory. */
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

/** The build-id of the running kernel; '' if it is not readable. */
export const runningKernel = (): string => {
  const notes = readText('/sys/kernel/notes');
  return notes === undefined ? '' : buildIdOfNotes(notes, true);
};

/** The name of a binary's debug file: .gnu_debuglink. */
const debugLink = (elf: Elf): string => {
  const section = sectionOf(elf, '.gnu_debuglink');
  const name = section === undefined ? '' : stringAt(contentOf(elf, section), 0);
  return name.includes('/') ? '' : name;
};

const DEBUG = '/usr/lib/debug';

/** perf's cache of binaries: ~/.debug/.build-id/ab/cdef.../NAME. */
const cached = (buildId: string, name: string): string =>
  join(homedir(), '.debug', '.build-id', buildId.slice(0, 2), buildId.slice(2), name);

/** Paths where a binary's debug file may be, best first: those of perf and gdb. */
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
    if (found !== undefined && hasSymtab(found) && isSameId(found.buildId, elf.buildId)) return found;
    found?.bytes.close();
  }
  return undefined;
};

/** Whether a name is an absolute path without `..`. */
const isPath = (name: string): boolean =>
  name.startsWith('/') && !name.split('/').includes('..') && !name.includes('\0');

/** The pid of a process in its own namespace, and where its files can be read. */
const mapPlaces = (pid: number): string[] => {
  const status = readText(`/proc/${pid}/status`);
  const inside = /^NStgid:.*\s(\d+)$/m.exec(status === undefined ? '' : new TextDecoder().decode(status))?.[1];
  return [`/tmp/perf-${pid}.map`, `/proc/${pid}/root/tmp/perf-${inside ?? pid}.map`];
};

/** What a capture proves about this machine; without proof, its files are not used. */
export interface Proof {
  /** It was recorded on this host with the running kernel. */
  readonly host: boolean;
  /** It was recorded with the running kernel, on any host. */
  readonly kernel: boolean;
  /** When it was recorded, in ms since 1970: files changed later are not used. */
  readonly before: number;
}

/** Whether a file is still the one that was mapped in a capture without build-ids. */
const isSameFile = (path: string, inode: number | undefined, before: number): boolean => {
  try {
    const { ino, ctimeMs } = statSync(path);
    // A rename or copy over the file changes its ctime, which cannot be set back.
    return ctimeMs <= before && (inode === undefined || inode === 0 || inode === ino);
  } catch {
    return false;
  }
};

/** The running kernel's symbols; `ahead` if they were already read. */
const runningSymbols = (ahead: Kallsyms | undefined): KernelSource => ({
  text: () => readText('/proc/kallsyms'),
  symbols: () => ahead ?? readKallsyms(readText('/proc/kallsyms') ?? new Uint8Array(0)),
  sameBoot: false,
  modules: readText('/proc/modules'),
  moduleBuildId(name) {
    const module = /^\[(\w+)\]$/.exec(name)?.[1];
    const notes = module === undefined ? undefined : readText(`/sys/module/${module}/notes/.note.gnu.build-id`);
    return notes === undefined ? '' : buildIdOfNotes(notes, true);
  },
});

const cachedSymbols = (buildId: string): KernelSource | undefined => {
  const text = isBuildId(buildId) ? readText(cached(buildId, 'kallsyms')) : undefined;
  if (text === undefined) return undefined;
  const symbols = (): Kallsyms => readKallsyms(text);
  return { text: () => text, symbols, sameBoot: false, modules: undefined, moduleBuildId: () => '' };
};

/** Symbols of this machine: its binaries, debug files, perf's cache, the running kernel, and maps in /tmp. */
export const hostSymbols = (proof: Proof, ahead?: Kallsyms): SymbolSource => {
  const candidates = ({ name, buildId }: Binary): string[] => [
    ...(isBuildId(buildId) ? [cached(buildId, 'elf')] : []),
    ...(isPath(name) ? [name] : []),
  ];
  return {
    elf({ name, buildId, inode }): ElfPair | undefined {
      if (name.startsWith('[vdso')) {
        const elf = ownVdso();
        const matches = elf !== undefined && (buildId === '' ? proof.kernel : isSameId(elf.buildId, buildId));
        return matches ? { runtime: elf } : undefined;
      }
      if (buildId === '' && !(proof.host && isSameFile(name, inode, proof.before))) return undefined;
      for (const path of candidates({ name, buildId })) {
        const elf = openElf(path);
        if (elf === undefined) continue;
        if (buildId === '' || isSameId(elf.buildId, buildId))
          return { runtime: elf, debug: hasSymtab(elf) ? undefined : findDebug(isPath(name) ? name : path, elf) };
        elf.bytes.close();
      }
      return undefined;
    },
    kernel: (buildId) => (proof.kernel ? runningSymbols(ahead) : cachedSymbols(buildId)),
    perfMap(pid) {
      if (!proof.host || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
      const place = mapPlaces(pid).find((path) => existsSync(path) && statSync(path).size > 0);
      return place === undefined ? undefined : readText(place);
    },
  };
};
