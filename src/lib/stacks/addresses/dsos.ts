/** What is mapped: a binary, or memory without a file that holds code compiled at run time. */
export interface Dso {
  /** Named as in perf: a path, '[vdso]', '//anon', '/tmp/perf-PID.map'. */
  readonly name: string;
  /** From the mapping record; '' if only the header may have it. */
  readonly buildId: string;
  /** The file's inode number; 0 if its records do not give it, -1 if they differ. */
  readonly inode?: number;
  /** The process whose /tmp/perf-PID.map names this code; undefined for files. */
  readonly jitPid?: number;
}

/** Entries of the table of dsos that are not files. */
export const KERNEL_DSO = 0;
export const UNMAPPED_DSO = 1;
export const HYPERVISOR_DSO = 2;
export const GUEST_KERNEL_DSO = 3;
export const GUEST_USER_DSO = 4;
/** Dsos from this index on come from mappings. */
export const FIRST_FILE = 5;

const PROT_EXEC = 4;

/** Names of memory without a file: is_anon_memory() and is_no_dso_memory() in tools/perf/util/map.c. */
const anonymous = /^(?:\/\/anon|\/dev\/zero|\/anon_hugepage)/;
const noFile = /^(?:\[stack|\/SYSV|\[heap\])/;
const vdso = /^\[vdso(?:32|x32)?\]$/;

/** What is mapped, from a record: equal bytes give the same object. */
export interface MappedFile {
  /** The kind of the record, which decides how its bytes are read. */
  readonly kind: number;
  readonly protection: number;
  readonly filename: string;
  readonly buildId: string;
  /** The file's inode number; 0 if the record does not give it. */
  readonly inode: number;
}

/** A mapping from a record. */
export interface MmapFacts {
  readonly pid: number;
  readonly start: number;
  readonly length: number;
  readonly offset: number;
  readonly file: MappedFile;
}

/** What all mappings of a file share: the dso, and the base from which its addresses are counted. */
interface Place {
  readonly dso: number;
  readonly from: 'address' | 'start' | 'offset';
  /** Code compiled at run time: each process has a dso of its own. */
  readonly own: boolean;
}

/** The table of dsos. */
export interface Dsos {
  readonly list: readonly Dso[];
  /** The dso of a mapping, and the number to add to an address to get the offset in it. */
  of(facts: MmapFacts): { readonly dso: number; readonly delta: number };
  place(facts: Pick<MmapFacts, 'pid' | 'file'>): Place;
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
  const fileOf = ({ filename, buildId, inode }: MappedFile): number => {
    const dso = code({ name: filename, buildId, inode });
    const first = list[dso];
    if (first !== undefined && first.inode !== inode) list[dso] = { ...first, inode: -1 };
    return dso;
  };
  const placeOf = (file: MappedFile): Place => {
    const { protection, filename } = file;
    if (anonymous.test(filename) || noFile.test(filename)) {
      const own = (protection & PROT_EXEC) !== 0;
      return { dso: own ? UNMAPPED_DSO : code({ name: filename, buildId: '' }), from: 'address', own };
    }
    const from = vdso.test(filename) ? 'start' : 'offset';
    return { dso: fileOf(file), from, own: false };
  };
  const places = new Map<MappedFile, Place>();
  const place: Dsos['place'] = ({ pid, file }) => {
    let found = places.get(file);
    if (found === undefined) places.set(file, (found = placeOf(file)));
    return found.own ? { ...found, dso: code({ name: `/tmp/perf-${pid}.map`, buildId: '', jitPid: pid }) } : found;
  };
  return {
    list,
    place,
    of(facts) {
      const { dso, from } = place(facts);
      const { start, offset } = facts;
      if (from === 'address') return { dso, delta: 0 };
      return { dso, delta: from === 'start' ? -start : offset - start };
    },
  };
};
