import type { ColumnDoc, Table } from '../columns/column.ts';

/** What is known of a frame besides its name; bits of `FrameTable.flags`. */
export const KERNEL = 1;
/** Compiled at run time: its name comes from a /tmp/perf-PID.map or a jitted-*.so. */
export const JIT = 2;
/** Inlined into the frame that follows it towards the root. */
export const INLINED = 4;
/** No symbol: `name` is '[unknown]'. */
export const UNKNOWN = 8;

/** The parent of a stack's outermost frame. */
export const ROOT = 0xff_ff_ff_ff;

/** Distinct frames. Frame f is `names[name[f]]` in `dsos[dso[f]]`; equal frames have one id. Arrays may be longer than `size`. */
export interface FrameTable {
  readonly size: number;
  readonly name: Uint32Array;
  readonly dso: Uint32Array;
  /** Bits: KERNEL, JIT, INLINED, UNKNOWN. */
  readonly flags: Uint8Array;
  /** Only where addresses were asked for; then a frame without a symbol is distinct by it. A u64; undefined where not known. */
  readonly address?: readonly (bigint | undefined)[];
  /** As the tool gives them ('[unknown]' without a symbol): hostile text. */
  readonly names: readonly string[];
  /** Path or bracketed name ('[kernel.kallsyms]', '/usr/bin/x', '[unknown]'; '' where the tool said nothing). */
  readonly dsos: readonly string[];
}

/**
 * Distinct stacks as a tree: stack s is `frame[s]` called from stack `parent[s]` (ROOT at the outermost frame). A parent's
 * id is always smaller than its children's. Arrays may be longer than `size`.
 */
export interface StackTable {
  readonly size: number;
  readonly parent: Uint32Array;
  readonly frame: Uint32Array;
  /** Number of frames: 1 at the outermost. */
  readonly depth: Uint32Array;
}

/** What the kernel or the tool said it dropped. `samples` is the number of samples lost, `records` of LOST records seen. */
export interface Lost {
  readonly records: number;
  readonly samples: number;
}

/** Where a profile comes from and what it counts. */
export interface ProfileMeta {
  /** 'perf.data', 'perf-script', 'folded', 'bpftrace'. */
  readonly format: string;
  /** 'perf 6.1.170', '' where not said. */
  readonly tool: string;
  readonly host: string;
  readonly kernel: string;
  readonly arch: string;
  /** The command line that recorded it, one string; '' where not said. */
  readonly command: string;
  /** Every event in order of first appearance, with what is known of it. */
  readonly events: readonly ProfileEvent[];
  /** The tool's clock at t = 0 in seconds (perf: usually since boot); 0 where samples carry no time. */
  readonly start: number;
  /** Frames that the recorder keeps at most (kernel.perf_event_max_stack); undefined where not known. */
  readonly maxDepth: number | undefined;
  /** Whether callers were recorded (`perf record -g`); undefined where the file does not say. */
  readonly callers: boolean | undefined;
  /** The names of processes by pid, where the file tells them apart from those of threads. */
  readonly processNames?: ReadonlyMap<number, string>;
  /** Binaries ('[kernel.kallsyms]', '/usr/bin/x') whose symbols this machine does not have, for files that need them. */
  readonly missing?: readonly string[];
}

/** What is known of where a profile comes from where its file says nothing. */
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
  /** As `perf script` prints it, with modifiers: 'cycles:P', 'sched:sched_switch'. */
  readonly name: string;
  readonly samples: number;
  /** What one count of `period` stands for: 'cycles', 'ns', 'samples' ...; '' where not known. */
  readonly unit: string;
  /** Free text from the file's own header: attributes, frequency. */
  readonly about: string;
}

/** Columns that each profile has; a reader may add more (tracepoint fields). Absent is a validity bit, also for `stack`. */
export const sampleColumns = {
  t: { unit: 's', clock: 'monotonic', doc: "When the sample was taken, in seconds since the profile's first sample." },
  cpu: { unit: 'id', doc: 'The CPU it was taken on.', ref: 'cpu' },
  pid: { unit: 'id', doc: 'The process (thread group) it was taken in.', key: true, ref: 'pid' },
  tid: { unit: 'id', doc: 'The thread it was taken in.', key: true, ref: 'tid' },
  comm: { unit: '', doc: "The thread's name." },
  event: { unit: '', doc: 'The event that caused the sample, with its modifiers.', key: true },
  period: { unit: 'count', doc: 'How many counts of the event the sample stands for; 1 where the tool does not say.' },
  stack: { unit: '', doc: "The call stack: an id in the profile's stack table.", ref: 'stack' },
} as const satisfies Readonly<Record<string, ColumnDoc>>;

/** A profile from any tool: one row per sample in `samples` (see sampleColumns), its stacks and frames, and what went wrong. */
export interface Profile {
  readonly samples: Table;
  readonly stacks: StackTable;
  readonly frames: FrameTable;
  readonly lost: Lost;
  readonly meta: ProfileMeta;
  readonly warnings: readonly string[];
}

/** What every reader of profiles takes. */
export interface ReadOptions {
  /** Keep addresses of frames without a symbol (`fbf fold --addrs`); default false. */
  readonly addresses?: boolean;
  /** Folder of symbols keyed by build-id, for perf.data. */
  readonly symbols?: string;
  /** Bytes of text or records read so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** The names of a stack's frames, callers first. */
export const frameNames = ({ stacks, frames }: Pick<Profile, 'stacks' | 'frames'>, stack: number): string[] => {
  const names: string[] = [];
  for (let at = stack; at !== ROOT && names.length <= stacks.size; at = stacks.parent[at] ?? ROOT)
    names.push(frames.names[frames.name[stacks.frame[at] ?? 0] ?? 0] ?? '');
  return names.reverse();
};
