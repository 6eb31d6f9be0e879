import type { ByteSource } from '../bytes/peek.ts';
import type { ColumnDocs, Table } from '../columns/column.ts';
import type { Profile, ReadOptions } from '../stacks/profile.ts';

/** What to read on the host, as data that the recorder interprets; globs are expanded on the host for every sample. */
export interface Recipe {
  /**
   * Absolute paths; `*`, `[0-9]*` and, for cgroups at any depth, `**` are allowed: '/proc/stat', '/proc/[0-9]*\/stat'.
   */
  readonly read: readonly string[];
  /** The shortest time between two samples in seconds, for files that change slowly. */
  readonly every?: number;
  /** Directories /proc/PID/x, whose content is the number of their entries; those with fewer than 16 are left out. */
  readonly counts?: readonly string[];
  /** Symbolic links, whose content is their target. */
  readonly links?: readonly string[];
  /** Per-process files: swept at a rate that keeps the cost budget; only changes are sent. */
  readonly perProcess?: true;
  /**
   * With perProcess: files of threads, /proc/PID/task/TID/x, 'stat' among them. They are read again only if the thread has run
   * since, and the others only while it waits.
   */
  readonly perThread?: true;
  /** Samples per second unless the caller asks for others; default 1. */
  readonly hz?: number;
  /** With perProcess: read when a process first appears and when its name changes, rather than in every sweep. */
  readonly once?: true;
  /**
   * A file of /proc/net, read in every network namespace through one of its processes; its path in a sample is
   * '/proc/net/snmp#net:[4026531840]'.
   */
  readonly perNetns?: true;
  /** A log: each sample is what was added since the previous one. */
  readonly log?: true;
}

/** One file of one sample, as read on the host. `bytes` is undefined if it could not be read; `why` says so. */
export interface FileSample {
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
  readonly why?: string;
}

/**
 * One sample of a source. With `whole`, it has all files of that moment; otherwise only files whose content changed
 * since the previous sample, and `gone` names files that disappeared: all others are unchanged. A name in `gone` that
 * ends in '/' stands for everything below it.
 */
export interface SourceSample {
  /** Seconds since the recording's start on the host's CLOCK_MONOTONIC, at the start of reading. */
  readonly t: number;
  readonly whole: boolean;
  readonly files: readonly FileSample[];
  readonly gone: readonly string[];
}

export interface Warning {
  /** Seconds since the recording's start. */
  readonly t?: number;
  readonly source?: string;
  readonly say: string;
}

/** What a decoder must know about the host; the defaults are those of x86-64. */
export interface HostUnits {
  /** USER_HZ: clock ticks per second in /proc. */
  readonly ticks: number;
  /** Bytes. */
  readonly pageSize: number;
  /** CLOCK_MONOTONIC at the recording's start: the origin of time stamps made by the kernel. */
  readonly start?: number;
  /** uname -m: numbers of system calls differ. */
  readonly arch?: string;
}

/**
 * Something that can be recorded: how to read it, what its columns mean, and how bytes become columns. `rows.ts` derives
 * the types of a source's rows from its name and its columns.
 */
export interface Source<Name extends string = string, Columns extends ColumnDocs = ColumnDocs> {
  /** 'proc.stat', 'proc.net.dev', 'proc.pid.schedstat'. */
  readonly name: Name;
  readonly doc: string;
  /** The kernel page or file that defines the format. */
  readonly from: string;
  readonly recipe: Recipe;
  /**
   * The name under which its samples are recorded, if several sources decode the same samples ('proc.pid' for stat,
   * status, schedstat and io of one sweep); default: its own name.
   */
  readonly stream?: string;
  readonly columns: Columns;
  /** Takes samples in order, then gives the table. Malformed content becomes a warning; rows before it are kept. */
  decoder(host?: HostUnits): Decoder;
}

export interface Decoder {
  add(sample: SourceSample): void;
  /** The table of the samples added so far, and its warnings. It may be called again after more samples. */
  table(): { readonly table: Table; readonly warnings: readonly Warning[] };
}

/**
 * Decodes files that a tool writes (perf.data, bpftrace output); `fbf decode` and `fbf sources` list it beside the
 * sources that are sampled on the host.
 */
export interface FileDecoder {
  /** 'perf.data', 'perf.script', 'bpftrace'. */
  readonly name: string;
  readonly doc: string;
  /** The page or source file that defines the format. */
  readonly from: string;
  readonly columns: ColumnDocs;
  /** Malformed content becomes a warning; rows before it are kept. */
  decode(
    bytes: ByteSource,
    options?: { readonly event?: string | undefined },
  ): Promise<{ readonly table: Table; readonly warnings: readonly Warning[] }>;
}

/**
 * Reads profiles of one format from the first byte of `source`. A damaged file gives a partial profile with a warning
 * rather than an error.
 */
export type ProfileReader = (source: ByteSource, options: ReadOptions) => Promise<Profile>;
