import { readAttr, type Attr, type Big } from './attr.ts';
import { cursorOf, type ByteCursor } from './cursor.ts';
import { FEATURE, MISC_BUILD_ID_SIZE } from './format.ts';

/** A file and its build-id at recording time, in lower-case hexadecimal. */
export interface BuildId {
  readonly pid: number;
  readonly misc: number;
  readonly buildId: string;
  readonly filename: string;
}

/** An event as perf's header describes it; samples refer to it by `ids`. */
export interface EventDescription {
  readonly attr: Attr;
  readonly name: string;
  readonly ids: readonly Big[];
}

/** The feature sections of the header; undefined if a section is absent or unreadable. */
export interface Features {
  hostname?: string;
  osRelease?: string;
  version?: string;
  arch?: string;
  cpus?: { readonly available: number; readonly online: number };
  cpuDescription?: string;
  cpuId?: string;
  /** KiB. */
  totalMemory?: number;
  commandLine?: readonly string[];
  events?: readonly EventDescription[];
  cpuTopology?: {
    readonly cores: readonly string[];
    readonly threads: readonly string[];
    readonly cpus: readonly { readonly core: number; readonly socket: number }[];
  };
  numaTopology?: readonly {
    readonly node: number;
    readonly total: number;
    readonly free: number;
    readonly cpus: string;
  }[];
  branchStack?: true;
  pmus?: readonly { readonly type: number; readonly name: string }[];
  groups?: readonly { readonly name: string; readonly leader: number; readonly members: number }[];
  auxtrace?: true;
  stat?: true;
  sampleTime?: { readonly first: Big; readonly last: Big };
  /** Resolution of the clock given with -k, in ns. */
  clockResolution?: Big;
  directory?: number;
  /** The clock of the samples, and one moment on it and on the wall clock, in ns. */
  clock?: { readonly id: number; readonly wall: Big; readonly clock: Big };
  compressed?: { readonly version: number; readonly type: number; readonly level: number; readonly ratio: number };
  memoryBlock?: number;
  caches?: readonly { readonly level: number; readonly type: string; readonly size: string; readonly cpus: string }[];
  pmuCapabilities?: readonly { readonly name: string; readonly value: string }[];
  hybrid?: readonly { readonly pmu: string; readonly cpus: string }[];
  buildIds?: readonly BuildId[];
}

/** Reads `count` items, but no more than the remaining bytes can hold at `least` bytes each. */
const list = <Item>(cursor: ByteCursor, count: number, least: number, item: () => Item): Item[] => {
  const room = Math.floor(cursor.left / least);
  if (count > room) throw new RangeError(`expected at most ${room} items, got ${count}`);
  return Array.from({ length: count }, item);
};

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The body of a build-id record, after its 8-byte header. Old perf stores 20 bytes without a length. */
export const readBuildId = (cursor: ByteCursor, misc: number): BuildId => {
  const pid = cursor.i32();
  const id = cursor.bytes(24);
  const said = (misc & MISC_BUILD_ID_SIZE) !== 0 ? Math.min(20, id[20] ?? 20) : 20;
  const filename = cursor.text(cursor.left);
  return { pid, misc, buildId: hex(id.subarray(0, said)), filename };
};

const buildIds = (cursor: ByteCursor, view: DataView, little: boolean): BuildId[] => {
  const out: BuildId[] = [];
  while (cursor.left >= 8) {
    const start = cursor.at;
    const misc = (cursor.u32(), cursor.u16());
    const size = cursor.u16();
    if (size < 44) break;
    out.push(readBuildId(cursorOf(view, little, start + 8, Math.min(start + size, start + 8 + cursor.left)), misc));
    cursor.skip(size - 8);
  }
  return out;
};

const events = (cursor: ByteCursor, view: DataView, little: boolean): EventDescription[] => {
  const count = cursor.u32();
  const size = cursor.u32();
  return list(cursor, count, size + 8, () => {
    const attr = readAttr(view, cursor.at, size, little);
    cursor.skip(size);
    const ids = cursor.u32();
    const name = cursor.string();
    return { attr, name, ids: list(cursor, ids, 8, () => cursor.big()) };
  });
};

const topology = (cursor: ByteCursor, cpus: number): NonNullable<Features['cpuTopology']> => {
  const cores = list(cursor, cursor.u32(), 4, () => cursor.string());
  const threads = list(cursor, cursor.u32(), 4, () => cursor.string());
  // Kernels before about 3.8 wrote no core and socket ids.
  const known = cursor.left >= cpus * 8 ? cpus : 0;
  return { cores, threads, cpus: list(cursor, known, 8, () => ({ core: cursor.u32(), socket: cursor.u32() })) };
};

const caches = (cursor: ByteCursor): NonNullable<Features['caches']> => {
  cursor.u32();
  return list(cursor, cursor.u32(), 32, () => {
    const level = cursor.u32();
    cursor.skip(12);
    const type = cursor.string();
    return { level, type, size: cursor.string(), cpus: cursor.string() };
  });
};

type Decode = (features: Features, cursor: ByteCursor, view: DataView, little: boolean) => void;

/** The decoder of each section, by its number: tools/perf/Documentation/perf.data-file-format.txt. */
const decoders: Readonly<Record<number, Decode>> = {
  [FEATURE.BUILD_ID]: (f, c, view, little) => (f.buildIds = buildIds(c, view, little)),
  [FEATURE.HOSTNAME]: (f, c) => (f.hostname = c.string()),
  [FEATURE.OSRELEASE]: (f, c) => (f.osRelease = c.string()),
  [FEATURE.VERSION]: (f, c) => (f.version = c.string()),
  [FEATURE.ARCH]: (f, c) => (f.arch = c.string()),
  [FEATURE.NRCPUS]: (f, c) => (f.cpus = { available: c.u32(), online: c.u32() }),
  [FEATURE.CPUDESC]: (f, c) => (f.cpuDescription = c.string()),
  [FEATURE.CPUID]: (f, c) => (f.cpuId = c.string()),
  [FEATURE.TOTAL_MEM]: (f, c) => (f.totalMemory = c.number()),
  [FEATURE.CMDLINE]: (f, c) => (f.commandLine = list(c, c.u32(), 4, () => c.string())),
  [FEATURE.EVENT_DESC]: (f, c, view, little) => (f.events = events(c, view, little)),
  [FEATURE.CPU_TOPOLOGY]: (f, c) => (f.cpuTopology = topology(c, f.cpus?.available ?? 0)),
  [FEATURE.NUMA_TOPOLOGY]: (f, c) =>
    (f.numaTopology = list(c, c.u32(), 24, () => ({
      node: c.u32(),
      total: c.number(),
      free: c.number(),
      cpus: c.string(),
    }))),
  [FEATURE.BRANCH_STACK]: (f) => (f.branchStack = true),
  [FEATURE.PMU_MAPPINGS]: (f, c) => (f.pmus = list(c, c.u32(), 8, () => ({ type: c.u32(), name: c.string() }))),
  [FEATURE.GROUP_DESC]: (f, c) =>
    (f.groups = list(c, c.u32(), 12, () => ({ name: c.string(), leader: c.u32(), members: c.u32() }))),
  [FEATURE.AUXTRACE]: (f) => (f.auxtrace = true),
  [FEATURE.STAT]: (f) => (f.stat = true),
  [FEATURE.CACHE]: (f, c) => (f.caches = caches(c)),
  [FEATURE.SAMPLE_TIME]: (f, c) => (f.sampleTime = { first: c.big(), last: c.big() }),
  [FEATURE.MEM_TOPOLOGY]: (f, c) => (f.memoryBlock = (c.skip(8), c.number())),
  [FEATURE.CLOCKID]: (f, c) => (f.clockResolution = c.big()),
  [FEATURE.DIR_FORMAT]: (f, c) => (f.directory = c.number()),
  [FEATURE.COMPRESSED]: (f, c) => (f.compressed = { version: c.u32(), type: c.u32(), level: c.u32(), ratio: c.u32() }),
  [FEATURE.CPU_PMU_CAPS]: (f, c) =>
    (f.pmuCapabilities = list(c, c.u32(), 8, () => ({ name: c.string(), value: c.string() }))),
  [FEATURE.CLOCK_DATA]: (f, c) => (f.clock = { id: (c.u32(), c.u32()), wall: c.big(), clock: c.big() }),
  [FEATURE.HYBRID_TOPOLOGY]: (f, c) => (f.hybrid = list(c, c.u32(), 8, () => ({ pmu: c.string(), cpus: c.string() }))),
};

/** Decodes a feature section into `features`; returns a warning or undefined. Unknown sections are skipped. */
export const readFeature = (
  features: Features,
  feature: number,
  bytes: Uint8Array,
  little: boolean,
): string | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [name] = Object.entries(FEATURE).find(([, number]) => number === feature) ?? [`${feature}`];
  try {
    decoders[feature]?.(features, cursorOf(view, little), view, little);
    return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `the header section ${name} is unreadable: ${error.message}`;
  }
};
