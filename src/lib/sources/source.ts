import type { ColumnDoc, Table } from '../columns/column.ts';

/** What to read on the host, as data that the recorder interprets; globs are expanded there for every sample. */
export interface Recipe {
  /** Absolute paths, `*` and `[0-9]*` allowed: '/proc/stat', '/proc/[0-9]*\/stat'. */
  readonly read: readonly string[];
  /** Once per process: swept at the rate that the budget allows, deltas on the wire. */
  readonly perProcess?: true;
}

/** One file of one sample as the host gave it. `bytes` is undefined where it could not be read; `why` says so. */
export interface FileSample {
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
  readonly why?: string;
}

/**
 * One sample of a source. With `whole` all files of that moment are there; otherwise only those whose content changed
 * since the sample before, and `gone` names those that went away: everything else is as it was.
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

/** One thing that can be recorded: how to read it, what its columns mean, and how bytes become columns. */
export interface Source {
  /** 'proc.stat', 'proc.net.dev', 'proc.pid.schedstat'. */
  readonly name: string;
  readonly doc: string;
  /** The kernel page or file that defines the format. */
  readonly from: string;
  readonly recipe: Recipe;
  readonly columns: Readonly<Record<string, ColumnDoc>>;
  /** Feeds samples in order, then takes the table. Bad content becomes a warning, and what was read before stays. */
  decoder(): Decoder;
}

export interface Decoder {
  add(sample: Sample): void;
  /** The table of what was added until now, and what was wrong with it. */
  table(): { readonly table: Table; readonly warnings: readonly Warning[] };
}
