import type { Table } from '../columns/column.ts';
import type { FileSample, Recipe, SourceSample, Warning } from '../sources/source.ts';
import type { RecordedWarning } from './warning.ts';
import type { ClockPair, HostFacts, Manifest, NamespaceFact, OverheadFact, ProgramFact, SourceFact } from './format.ts';

/** One sample from the sampler on the host; `t` is in seconds on the host's own clock. */
export interface SampleFrame {
  readonly kind: 'sample';
  readonly stream: string;
  readonly t: number;
  readonly clock: 'monotonic' | 'boottime';
  readonly whole: boolean;
  readonly files: readonly FileSample[];
  readonly gone: readonly string[];
}

/** The parameters of a new recording. Row times count from `clock`. */
export interface RecordingStart {
  /** Length of the window in seconds. */
  readonly seconds?: number;
  readonly host: HostFacts;
  readonly tools: Readonly<Record<string, string>>;
  readonly clock: ClockPair;
  /** By stream name: what is read, samples per second asked for, and the tool that reads it on the host. */
  readonly streams: Readonly<
    Record<string, { readonly recipe: Recipe; readonly asked: number; readonly tool: string }>
  >;
  /** The programs that run beside the sampler, and those that could not be started. */
  readonly programs?: Readonly<Record<string, ProgramFact>>;
}

/** Facts that may change while recording; `sources` is merged by name. */
export interface RecordingChange {
  readonly clock?: ClockPair;
  readonly overhead?: OverheadFact;
  /** The window in seconds, if it became shorter: the program that was captured ended by itself. */
  readonly seconds?: number;
  /** Of several readings, the one that covered the fewest processes is kept. */
  readonly namespaces?: NamespaceFact;
  readonly sources?: Readonly<Record<string, Partial<SourceFact>>>;
  /** Replaces what was known of each. */
  readonly programs?: Readonly<Record<string, ProgramFact>>;
}

/** Writes what a program prints. Calls must not overlap. */
export interface ProgramWriter {
  /** Throws a FridayError 'disk-full' when the disk is full; everything appended before stays readable. */
  append(bytes: Uint8Array): Promise<void>;
  /** Notes that the bytes which are appended next arrived `t` seconds after the recording's start. */
  arrive(t: number): Promise<void>;
  /** Appends to its standard error. */
  say(text: string): Promise<void>;
  close(): Promise<void>;
}

/** The only writer of a recording. It also keeps counts, achieved rates, status and the process table. */
export interface RecordingWriter {
  readonly dir: string;
  readonly manifest: Manifest;
  /** Throws a FridayError 'disk-full' when the disk is full; everything appended before stays readable. */
  append(frame: SampleFrame): Promise<void>;
  /** The files of a program; creates them. */
  program(name: string): Promise<ProgramWriter>;
  warn(warning: RecordedWarning): void;
  update(change: RecordingChange): void;
  close(status: 'complete' | 'cut', reason?: string): Promise<void>;
}

export interface TimeRange {
  /** Seconds since the recording's start. */
  readonly from?: number;
  readonly to?: number;
}

/** What a recording has of a program: the files with its output, its standard error, and when its output arrived. */
export interface RecordedProgram {
  readonly fact: ProgramFact;
  readonly output: string;
  readonly stderr: string;
  readonly arrivals: string;
}

/** A recording for reading; all of it works while it is still being written. */
export interface Recording {
  readonly dir: string;
  /** As last read: by opening and by `refresh`. */
  readonly manifest: Manifest;
  /** Reads the manifest again. */
  refresh(): Promise<Manifest>;
  /** The names that `table` and `samples` accept. */
  sources(): readonly string[];
  /** The samples so far, in order; the first one is whole. */
  samples(source: string, range?: TimeRange): AsyncIterable<SourceSample>;
  /** The table so far. A second call reads and decodes only what was added since the first. */
  table(source: string): Promise<{ readonly table: Table; readonly warnings: readonly Warning[] }>;
  /** The output of a program so far, as a file; undefined if it was not recorded. */
  program(name: string): RecordedProgram | undefined;
  /** Several tables at once: sources that share a stream are decoded in one pass. */
  tables(
    sources: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly table: Table; readonly warnings: readonly Warning[] }>>;
}
