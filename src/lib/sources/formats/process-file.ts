import type { ColumnData, Table } from '../../columns/column.ts';
import { time, usualUnits } from '../define.ts';
import type { Decoder, FileSample, HostUnits, SourceSample, Source } from '../source.ts';
import type { Complaints } from '../warnings.ts';
import { newComplaints } from '../warnings.ts';
import { push as pushPacked, newPacked } from './packed.ts';
import { startedIn } from './pid-stat-bytes.ts';
import type { Field } from './field.ts';
import type { Versions } from './versions.ts';
import { newVersions } from './versions.ts';

/** Parses a file's bytes into a content; returns a warning or undefined. */
export type ReadContent = (bytes: Uint8Array, into: Versions) => string | undefined;

/**
 * A file of /proc/PID as a source. All four share the samples of a sweep, so that pid and start time identify a
 * process.
 */
export interface ProcessFile<Name extends string = string, Own extends Field = Field> {
  readonly name: Name;
  readonly doc: string;
  readonly from: string;
  readonly file: string;
  readonly fields: readonly Own[];
  /** Creates a reader; it may remember the order of lines between files. */
  reader(): ReadContent;
}

/** Columns that identify a process: the first columns of every per-process source. */
export const identity = [
  { column: 'pid', doc: { unit: 'id', key: true, ref: 'pid', doc: 'Process id.' } },
  {
    column: 'started',
    doc: {
      unit: 's',
      key: true,
      clock: 'boottime',
      doc: 'Start time in seconds since boot; pid and start time together identify a process.',
    },
    scale: 'ticks',
  },
] as const satisfies readonly Field[];
const PID = 0;
const STARTED = 1;
const NEWLINE = 10;

interface Process {
  readonly pid: number;
  started: number;
  /** The number of its content; -1 while it has none. */
  version: number;
}

/** A file that was given without its directory has no pid: '/proc/unknown/io'. */
const PATH = /^\/proc\/(\d+|unknown)\/(.*)$/;

type Split = readonly [pid: number, file: string];
const MOST_PATHS = 1_000_000;
const paths = new Map<string, Split | undefined>();

/** The process and file of a path; cached, because the same paths occur in each sample. */
const split = (path: string): Split | undefined => {
  const known = paths.get(path);
  if (known) return known;
  const found = PATH.exec(path);
  const parts: Split | undefined = found ? [Number(found[1]), found[2] ?? ''] : undefined;
  if (paths.size >= MOST_PATHS) paths.clear();
  paths.set(path, parts);
  return parts;
};

/** Rows of a growing table: the content and the sample of each. */
const newRows = () => {
  const versions = newPacked();
  const times: number[] = [];
  const starts: number[] = [];
  return {
    begin(t: number): void {
      times.push(t);
      starts.push(versions.size);
    },
    push(version: number): void {
      pushPacked(versions, version);
    },
    taken() {
      const size = versions.size;
      const samples = times.length;
      const filled = (): Float64Array => {
        const t = new Float64Array(size);
        for (let i = 0; i < samples; i++) t.fill(times[i] ?? 0, starts[i], i + 1 < samples ? starts[i + 1] : size);
        return t;
      };
      return { size, filled, rows: () => Uint32Array.from(versions.values.subarray(0, size)) };
    },
  };
};

/** State of the decoder of one file. */
interface State {
  readonly file: string;
  readonly versions: Versions;
  readonly complaints: Complaints;
  readonly processes: Map<number, Process>;
  readonly read: ReadContent;
}

const processOf = ({ processes }: State, pid: number): Process => {
  let process = processes.get(pid);
  if (!process) processes.set(pid, (process = { pid, started: NaN, version: -1 }));
  return process;
};

const noteStart = (state: State, pid: number, bytes: Uint8Array): void => {
  const started = startedIn(bytes);
  const known = state.processes.get(pid);
  // The pid was reused: contents of the old process's other files do not belong to the new one.
  if (known && !Number.isNaN(known.started) && known.started !== started) state.processes.delete(pid);
  processOf(state, pid).started = started;
};

const takeFile = (state: State, t: number, pid: number, { bytes, why }: FileSample): void => {
  const { file, versions, complaints } = state;
  const process = processOf(state, pid);
  if (bytes === undefined) {
    complaints.add(t, `/proc/PID/${file} could not be read: ${why ?? 'no reason given'}`);
    process.version = -1;
    return;
  }
  versions.begin();
  versions.set(PID, pid);
  const wrong = state.read(bytes, versions);
  versions.set(STARTED, process.started);
  process.version = wrong === undefined ? versions.commit(process.version) : -1;
  if (wrong !== undefined) complaints.add(t, `/proc/PID/${file}: ${wrong}`);
  else if (bytes.at(-1) !== NEWLINE)
    complaints.add(t, `/proc/PID/${file}: expected a newline at the end, so its last line may be cut`);
};

const leave = ({ file, processes }: State, path: string): void => {
  const [pid, name] = split(path) ?? [];
  if (pid !== undefined && (name === '' || name === file)) processes.delete(pid);
};

const take = (state: State, { t, whole, files, gone }: SourceSample): void => {
  for (const path of gone) leave(state, path);
  const own: FileSample[] = [];
  for (const file of files) {
    const parts = split(file.path);
    if (parts === undefined) continue;
    if (parts[1] === 'stat' && file.bytes) noteStart(state, parts[0], file.bytes);
    if (parts[1] === state.file) own.push(file);
  }
  for (const file of own) takeFile(state, t, split(file.path)?.[0] ?? NaN, file);
  if (!whole) return;
  const there = new Set(own.map(({ path }) => split(path)?.[0]));
  for (const pid of state.processes.keys()) if (!there.has(pid)) state.processes.delete(pid);
};

const decoderOf = (spec: ProcessFile, host: HostUnits): Decoder => {
  const state: State = {
    file: spec.file,
    versions: newVersions([...identity, ...spec.fields], host),
    complaints: newComplaints(spec.name),
    processes: new Map(),
    read: spec.reader(),
  };
  const rows = newRows();
  return {
    add(sample) {
      take(state, sample);
      rows.begin(sample.t);
      for (const { version } of state.processes.values()) if (version >= 0) rows.push(version);
    },
    table: () => ({ table: tableOf(state.versions, rows.taken()), warnings: state.complaints.warnings() }),
  };
};

const tableOf = (versions: Versions, taken: ReturnType<ReturnType<typeof newRows>['taken']>): Table => {
  let rows: Uint32Array | undefined;
  let t: Float64Array | undefined;
  const clock: ColumnData = Object.defineProperty({ kind: 'number' } as never, 'values', {
    get: () => (t ??= taken.filled()),
    enumerable: true,
  });
  return {
    size: taken.size,
    docs: { t: time, ...versions.docs() },
    data: { t: clock, ...versions.columns(() => (rows ??= taken.rows())) },
  };
};

/** The columns of fields, as types. */
type ColumnsOf<Own extends Field> = { readonly [Each in Own as Each['column']]: Each['doc'] };
type Columns<Own extends Field> = { readonly t: typeof time } & ColumnsOf<(typeof identity)[number] | Own>;

/** Makes a source from the description of a per-process file. */
export const defineProcessFile = <const Name extends string, const Own extends Field>(
  spec: ProcessFile<Name, Own>,
): Source<Name, Columns<Own>> => ({
  name: spec.name,
  doc: spec.doc,
  from: spec.from,
  // stat has the start time, without which a pid does not identify a process.
  recipe: { read: [...new Set(['stat', spec.file])].map((file) => `/proc/[0-9]*/${file}`), perProcess: true },
  stream: 'proc.pid',
  columns: {
    t: time,
    ...Object.fromEntries([...identity, ...spec.fields].map(({ column, doc }) => [column, doc])),
  } as Columns<Own>,
  decoder: (host = usualUnits) => decoderOf(spec, host),
});
