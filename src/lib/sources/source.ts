import type { ColumnDoc, Table } from '../columns/column.ts';

/** What to read on the host, as data that the recorder interprets; globs are expanded there for every sample. */
export interface Recipe {
  /** Absolute paths, `*`, `[0-9]*` and, for cgroups at any depth, `**` allowed: '/proc/stat', '/proc/[0-9]*\/stat'. */
  readonly read: readonly string[];
  /** The shortest time between two samples, in seconds: for files that change slowly. */
  readonly every?: number;
  /** Directories /proc/PID/x: the content of such a file is how many entries it has; those with fewer than 16 are left out. */
  readonly counts?: readonly string[];
  /** Symbolic links; the content of such a file is where it points. */
  readonly links?: readonly string[];
  /** Once per process: swept at the rate that the budget allows, deltas on the wire. */
  readonly perProcess?: true;
  /** With perProcess: read when a process first appears and when its name changes, not in every sweep. */
  readonly once?: true;
  /**
   * A file of /proc/net, read in every network namespace through one process in each; its path in a sample is
   * '/proc/net/snmp#net:[4026531840]'.
   */
  readonly perNetns?: true;
  /** A log: each sample is what was added since the one before. */
  readonly log?: true;
}

/** One file of one sample as the host gave it. `bytes` is undefined where it could not be read; `why` says so. */
export interface FileSample {
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
  readonly why?: string;
}

/**
 * One sample of a source. With `whole` all files of that moment are there; otherwise only those whose content changed
 * since the sample before, and `gone` names those that went away: everything else is as it was. A name in `gone` that ends
 * in '/' takes everything under it along.
 */
export interface Sample {
  /** Seconds since the recording's start, on the host's CLOCK_MONOTONIC; the moment the reading of it began. */
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
  /** USER_HZ: clock ticks a second in /proc. */
  readonly ticks: number;
  /** Bytes. */
  readonly pageSize: number;
  /** CLOCK_MONOTONIC at the recording's start: the origin of time stamps that the kernel made. */
  readonly start?: number;
}

/** One thing that can be recorded: how to read it, what its columns mean, and how bytes become columns. */
export interface Source {
  /** 'proc.stat', 'proc.net.dev', 'proc.pid.schedstat'. */
  readonly name: string;
  readonly doc: string;
  /** The kernel page or file that defines the format. */
  readonly from: string;
  readonly recipe: Recipe;
  /**
   * Under which name its samples are recorded, where several sources decode the same ones ('proc.pid' for stat, status,
   * schedstat and io of one sweep); its own name otherwise.
   */
  readonly stream?: string;
  readonly columns: Readonly<Record<string, ColumnDoc>>;
  /** Feeds samples in order, then takes the table. Malformed content becomes a warning; rows read before it are kept. */
  decoder(host?: HostUnits): Decoder;
}

export interface Decoder {
  add(sample: Sample): void;
  /** The table of the samples added so far, and its warnings. May be called again after more were added. */
  table(): { readonly table: Table; readonly warnings: readonly Warning[] };
}
