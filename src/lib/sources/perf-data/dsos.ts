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

/** A mapping as its record tells it. */
export interface MmapFacts {
  readonly pid: number;
  readonly start: number;
  readonly length: number;
  readonly offset: number;
  readonly protection: number;
  readonly filename: string;
  readonly buildId: string;
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
  return {
    list,
    of({ pid, start, offset, protection, filename, buildId }) {
      const runs = (protection & PROT_EXEC) !== 0;
      if (anonymous.test(filename) || noFile.test(filename)) {
        const dso = runs
          ? code({ name: `/tmp/perf-${pid}.map`, buildId: '', jitPid: pid })
          : code({ name: filename, buildId: '' });
        return { dso, delta: 0 };
      }
      if (vdso.test(filename)) return { dso: code({ name: filename, buildId }), delta: -start };
      return { dso: code({ name: filename, buildId }), delta: offset - start };
    },
  };
};
