import type { ColumnDoc, Table } from '../columns/column.ts';

/** Facts about a frame besides its name; bits of `FrameTable.flags`. */
export const KERNEL = 1;
/** Compiled at run time: its name comes from a /tmp/perf-PID.map or a jitted-*.so. */
export const JIT = 2;
/** Inlined into the next frame towards the root. */
export const INLINED = 4;
/** Unknown frame: no symbol; `name` is '[unknown]'. */
export const UNKNOWN = 8;

/** The parent of a stack's outermost frame. */
export const ROOT = 0xff_ff_ff_ff;

/** Distinct frames. Frame f is `names[name[f]]` in `dsos[dso[f]]`. Arrays may be longer than `size`. */
export interface FrameTable {
  readonly size: number;
  readonly name: Uint32Array;
  readonly dso: Uint32Array;
  /** Bits: KERNEL, JIT, INLINED, UNKNOWN. */
  readonly flags: Uint8Array;
  /**
   * u64 addresses of frames without a symbol, which are then distinct by address; undefined if addresses were not asked
   * for.
   */
  readonly address?: readonly (bigint | undefined)[];
  /** Names from the tool ('[unknown]' without a symbol): hostile text. */
  readonly names: readonly string[];
  /** Path or bracketed name ('[kernel.kallsyms]', '/usr/bin/x', '[unknown]'); '' if the tool gave none. */
  readonly dsos: readonly string[];
}

/**
 * Distinct stacks as a tree: stack s is `frame[s]` called from stack `parent[s]` (ROOT for outermost frames). A
 * parent's id is smaller than its children's. Arrays may be longer than `size`.
 */
export interface StackTable {
  readonly size: number;
  readonly parent: Uint32Array;
  readonly frame: Uint32Array;
  /** Number of frames: 1 for an outermost frame. */
  readonly depth: Uint32Array;
}

/**
 * What the kernel or the tool dropped: `samples` is the number of lost samples, `records` the number of LOST records.
 */
export interface Lost {
  readonly records: number;
  readonly samples: number;
}

/** Where a profile comes from and what it counts. */
export interface ProfileMeta {
  /** 'perf.data', 'perf-script', 'folded', 'bpftrace'. */
  readonly format: string;
  /** 'perf 6.1.170'; '' if unknown. */
  readonly tool: string;
  readonly host: string;
  readonly kernel: string;
  readonly arch: string;
  /** The command line that recorded it, as one string; '' if unknown. */
  readonly command: string;
  /** All events in order of first appearance. */
  readonly events: readonly ProfileEvent[];
  /** The tool's clock at t = 0, in seconds (perf: usually since boot); 0 if samples have no times. */
  readonly start: number;
  /** The recorder's limit of frames per stack (kernel.perf_event_max_stack); undefined if unknown. */
  readonly maxDepth: number | undefined;
  /** Whether callers were recorded (`perf record -g`); undefined if the file does not say. */
  readonly callers: boolean | undefined;
  /** Names of processes by pid, if the file has them apart from thread names. */
  readonly processNames?: ReadonlyMap<number, string>;
  /** Binaries ('[kernel.kallsyms]', '/usr/bin/x') whose symbols are needed and not found on this machine. */
  readonly missing?: readonly string[];
}

/** Defaults for a profile whose file says nothing about its origin. */
export const unsaid = {
  tool: '',
  host: '',
  kernel: '',
  arch: '',
  command: '',
  events: [],
  start: 0,
  maxDepth: undefined,
  callers: undefined,
} as const satisfies Omit<ProfileMeta, 'format'>;

export interface ProfileEvent {
  /** With modifiers, as `perf script` prints it: 'cycles:P', 'sched:sched_switch'. */
  readonly name: string;
  readonly samples: number;
  /** The unit of `period`: 'cycles', 'ns', 'samples' ...; '' if unknown. */
  readonly unit: string;
  /** Text from the file's header: attributes, frequency. */
  readonly about: string;
}

/**
 * Columns that each profile has; readers may add more (tracepoint fields). Absent values, also of `stack`, have a
 * validity bit.
 */
export const sampleColumns = {
  t: { unit: 's', clock: 'monotonic', doc: "Time of the sample, in seconds since the profile's first sample." },
  cpu: { unit: 'id', doc: 'The CPU on which the sample was taken.', ref: 'cpu' },
  pid: { unit: 'id', doc: 'The process (thread group) that was sampled.', key: true, ref: 'pid' },
  tid: { unit: 'id', doc: 'The thread that was sampled.', key: true, ref: 'tid' },
  comm: { unit: '', doc: "The thread's name." },
  event: { unit: '', doc: 'The event that triggered the sample, with its modifiers.', key: true },
  period: { unit: 'count', doc: 'Event counts that the sample represents; 1 if the tool gives none.' },
  stack: { unit: '', doc: "The call stack: an id in the profile's stack table.", ref: 'stack' },
} as const satisfies Readonly<Record<string, ColumnDoc>>;

/**
 * A profile from any tool: one row per sample in `samples` (see sampleColumns), its stacks and frames, and warnings.
 */
export interface Profile {
  readonly samples: Table;
  readonly stacks: StackTable;
  readonly frames: FrameTable;
  readonly lost: Lost;
  readonly meta: ProfileMeta;
  readonly warnings: readonly string[];
}

/** The options of all profile readers. */
export interface ReadOptions {
  /** Keep the addresses of frames without a symbol (`fbf fold --addrs`); default false. */
  readonly addresses?: boolean;
  /** Folder of symbols by build-id, for perf.data. */
  readonly symbols?: string;
  /** False: only that folder is used, so that the names are the same on every machine; default true. */
  readonly ownFiles?: boolean;
  /** What errors call the source, if it does not have a path or has been unpacked. */
  readonly name?: string;
  /** Called with the bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** The names of a stack's frames, callers first. */
export const frameNames = ({ stacks, frames }: Pick<Profile, 'stacks' | 'frames'>, stack: number): string[] => {
  const names: string[] = [];
  for (let at = stack; at !== ROOT && names.length <= stacks.size; at = stacks.parent[at] ?? ROOT)
    names.push(frames.names[frames.name[stacks.frame[at] ?? 0] ?? 0] ?? '');
  return names.reverse();
};
