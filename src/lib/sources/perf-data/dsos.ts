/** What is mapped: a binary, or a stretch without a file whose code was made at run time. */
export interface Dso {
  /** As perf prints it: a path, '[vdso]', '//anon', '/tmp/perf-PID.map'. */
  readonly name: string;
  /** From the mapping's own record; '' where only the header may know it. */
  readonly buildId: string;
  /** The process whose /tmp/perf-PID.map names its code; undefined for files. */
  readonly jitPid?: number;
}

/** Places in the table of dsos that stand for no file. */
export const KERNEL_DSO = 0;
export const UNMAPPED_DSO = 1;
export const HYPERVISOR_DSO = 2;
export const GUEST_KERNEL_DSO = 3;
export const GUEST_USER_DSO = 4;
/** Dsos from here on come from mappings. */
export const FIRST_FILE = 5;

const PROT_EXEC = 4;

/** The names of memory that is no file: is_anon_memory() and is_no_dso_memory() in tools/perf/util/map.c. */
const anonymous = /^(?:\/\/anon|\/dev\/zero|\/anon_hugepage)/;
const noFile = /^(?:\[stack|\/SYSV|\[heap\])/;
const vdso = /^\[vdso(?:32|x32)?\]$/;

/** What is mapped, as records tell it: the same object for the same words. */
export interface MappedFile {
  /** What the record is, as far as it decides how its bytes are read. */
  readonly kind: number;
  readonly protection: number;
  readonly filename: string;
  readonly buildId: string;
}

/** A mapping as its record tells it. */
export interface MmapFacts {
  readonly pid: number;
  readonly start: number;
  readonly length: number;
  readonly offset: number;
  readonly file: MappedFile;
}

/** Of a file: its dso, which for code made at run time depends on the process, and how an address becomes an offset. */
interface Place {
  readonly dso: number | undefined;
  readonly from: 'address' | 'start' | 'offset';
}

/** The table of what is mapped. */
export interface Dsos {
  readonly list: readonly Dso[];
  /** The dso of a mapping, and what to add to an address to get the offset in it. */
  of(facts: MmapFacts): { readonly dso: number; readonly delta: number };
}

export const internDsos = (): Dsos => {
  const list: Dso[] = ['[kernel.kallsyms]', '[unknown]', '[hypervisor]', '[guest.kernel.kallsyms]', '[guest]'].map(
    (name) => ({ name, buildId: '' }),
  );
  const known = new Map<string, number>();
  const code = (dso: Dso): number => {
    const key = `${dso.buildId}\0${dso.name}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, list.length);
    return list.push(dso) - 1;
  };
  const placeOf = ({ protection, filename, buildId }: MappedFile): Place => {
    if (anonymous.test(filename) || noFile.test(filename)) {
      const runs = (protection & PROT_EXEC) !== 0;
      return { dso: runs ? undefined : code({ name: filename, buildId: '' }), from: 'address' };
    }
    return { dso: code({ name: filename, buildId }), from: vdso.test(filename) ? 'start' : 'offset' };
  };
  const places = new Map<MappedFile, Place>();
  return {
    list,
    of({ pid, start, offset, file }) {
      let place = places.get(file);
      if (place === undefined) places.set(file, (place = placeOf(file)));
      const dso = place.dso ?? code({ name: `/tmp/perf-${pid}.map`, buildId: '', jitPid: pid });
      if (place.from === 'address') return { dso, delta: 0 };
      return { dso, delta: place.from === 'start' ? -start : offset - start };
    },
  };
};
