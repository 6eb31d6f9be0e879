import type { Table } from '../columns/column.ts';
import type { FileSample, Recipe, Sample, Warning } from '../sources/source.ts';
import type { ClockPair, HostFacts, Manifest, OverheadFact, SourceFact, NamespaceFact } from './format.ts';

/** One sample as the sampler on the host sent it: `t` is absolute, in seconds on the host's own clock. */
export interface SampleFrame {
  readonly kind: 'sample';
  readonly stream: string;
  readonly t: number;
  readonly clock: 'monotonic' | 'boottime';
  readonly whole: boolean;
  readonly files: readonly FileSample[];
  readonly gone: readonly string[];
}

/** What a recording begins with. `clock` is the moment that rows count from. */
export interface RecordingStart {
  /** Length of the window that was asked for. */
  readonly seconds?: number;
  readonly host: HostFacts;
  readonly tools: Readonly<Record<string, string>>;
  readonly clock: ClockPair;
  /** By stream name: what is read, samples a second asked for, and the tool that reads it on the host. */
  readonly streams: Readonly<
    Record<string, { readonly recipe: Recipe; readonly asked: number; readonly tool: string }>
  >;
}

/** What may be told while recording; `sources` is merged name by name. */
export interface RecordingChange {
  readonly clock?: ClockPair;
  readonly overhead?: OverheadFact;
  readonly tools?: Readonly<Record<string, string>>;
  /** Of several looks the one that saw least is kept. */
  readonly namespaces?: NamespaceFact;
  readonly sources?: Readonly<Record<string, Partial<SourceFact>>>;
}

/** The one writer of a recording. Counts, achieved rates, status and the process table are kept by it. */
export interface RecordingWriter {
  readonly dir: string;
  readonly manifest: Manifest;
  /** Throws a FridayError 'disk-full' when nothing more fits; everything appended before stays readable. */
  append(frame: SampleFrame): Promise<void>;
  warn(warning: Warning): void;
  update(change: RecordingChange): void;
  /** Where to put a file that lies as it is (perf.data, a trace pipe); its folder exists. */
  rawPath(name: string): string;
  close(status: 'complete' | 'cut', reason?: string): Promise<void>;
}

export interface TimeRange {
  /** Seconds since the recording's start. */
  readonly from?: number;
  readonly to?: number;
}

/** A recording to read; all of it works while it is still being written. */
export interface Recording {
  readonly dir: string;
  /** As it was when last read: at opening and by `refresh`. */
  readonly manifest: Manifest;
  /** Reads the manifest again. */
  refresh(): Promise<Manifest>;
  /** The names that `table` and `samples` know here. */
  sources(): readonly string[];
  /** What is there now, in order; the first one is whole. */
  samples(source: string, range?: TimeRange): AsyncIterable<Sample>;
  /** The table until now. A second call reads and decodes only what came since the first. */
  table(source: string): Promise<{ readonly table: Table; readonly warnings: readonly Warning[] }>;
  /** Several tables at once: sources that share a stream are decoded in one pass over it. */
  tables(
    sources: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly table: Table; readonly warnings: readonly Warning[] }>>;
  rawPath(name: string): string;
}
