import { bytesOfFile, type Bytes } from '../../bytes/bytes.ts';
import { ranOut } from '../../bytes/wasm.ts';
import type { ColumnData, ColumnDoc, Table } from '../../columns/column.ts';
import { takeRows } from '../../columns/take.ts';
import { ascends, stableOrder } from '../../stacks/symbols/stable-order.ts';
import type { EventTable } from '../formats/trace-events.ts';
import { readTraceFormat, type TraceFormat } from '../formats/trace-format.ts';
import { eventColumns } from './event-columns.ts';
import type { EventRows } from './event-rows.ts';
import { framesOf } from './frames.ts';
import { lossOf, type CpuLoss } from './losses.ts';
import { afterLosses, type AfterLoss, type CpuTime } from './missed.ts';
import { pageLayout, type PageLayout } from './page-layout.ts';
import { pageReaderWasm } from './pages-wasm.ts';
import { pageReader, type PageReader } from './pages.ts';
import { newTasks, type Tasks } from './tasks.ts';

export interface Ftrace {
  /** One for each kind that was enabled, with or without rows. */
  readonly events: readonly EventTable[];
  /** CPUs that lost events. */
  readonly lost: readonly CpuLoss[];
  /** The trace clock at t = 0, in seconds. */
  readonly start: number;
  readonly warnings: readonly string[];
}

/** What pages give. */
export interface FtracePages extends Ftrace {
  /** When and where events are missing: before this time. */
  readonly missing: readonly CpuTime[];
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

const FORMAT = /^events\/([^/]+)\/[^/]+\/format$/;

/** What the capture says besides events. */
interface Told {
  readonly formats: Map<number, TraceFormat>;
  readonly tasks: Tasks;
  readonly losses: CpuLoss[];
  headerPage: string;
}

const hear = (told: Told, name: string, said: string, long: number): void => {
  const system = FORMAT.exec(name)?.[1];
  const format = system === undefined ? undefined : readTraceFormat(system, said, long);
  const loss = lossOf(name, said);
  if (format !== undefined) told.formats.set(format.id, format);
  else if (loss !== undefined) told.losses.push(loss);
  else if (name === 'events/header_page') told.headerPage = said;
  else if (name.startsWith('saved_')) told.tasks.take(name, said);
};

const secondsOf = ({ times, size }: EventRows, shift: number): Float64Array => {
  const seconds = new Float64Array(size);
  for (let row = 0; row < size; row++) seconds[row] = ((times[row] as number) + shift) / 1e9;
  return seconds;
};

/** A table in order of time; `shift`: what to add to its times, in ns. */
const tableOf = (rows: EventRows, tasks: Tasks, shift: number): Table => {
  const { size } = rows;
  const order = ascends(rows.times, size) ? undefined : stableOrder(rows.times, size);
  const times = secondsOf(rows, shift);
  const tids = rows.tids.subarray(0, size);
  const data: Record<string, ColumnData> = {
    t: { kind: 'number', values: times },
    cpu: { kind: 'number', values: rows.cpus.subarray(0, size) },
    pid: tasks.pids(tids),
    tid: { kind: 'number', values: tids },
    comm: tasks.comms(tids),
  };
  const docs: Record<string, ColumnDoc> = { ...eventColumns };
  for (const column of rows.columns) {
    data[column.name] = column.column();
    docs[column.name] = column.doc;
  }
  const table = { size, data, docs };
  return order === undefined ? table : takeRows(table, order);
};

const plural = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;

const warningsOf = ({ damaged, missed }: PageReader, { losses }: Told, cutAt: number | undefined): string[] => [
  ...(cutAt === undefined ? [] : [`the pages end early, at byte ${String(cutAt)}`]),
  ...(damaged.pages === 0
    ? []
    : [`${plural(damaged.pages, 'page')} ended within an event: the rest of each was left out`]),
  ...(damaged.events === 0 ? [] : [`${plural(damaged.events, 'event')} of a kind without a format were left out`]),
  ...(losses.length > 0 || missed.unknown === 0 ? [] : [`${plural(missed.unknown, 'page')} came after a loss of events, whose number is unknown`]), // prettier-ignore
];

/** By the statistics at the end of the capture; a capture that was cut has only what its pages say. */
const lostOf = ({ missed }: PageReader, { losses }: Told): readonly CpuLoss[] => {
  if (losses.length > 0) return losses.filter(({ events }) => events > 0);
  return [...missed.events].map(([cpu, events]) => ({ cpu, events }));
};

interface ReadOptions {
  readonly origin?: number | undefined;
  readonly wasm?: boolean;
}

interface Heard {
  readonly told: Told;
  readonly pages: PageReader;
  /** The pages that come after a loss, by the trace clock in ns. */
  readonly missed: readonly AfterLoss[];
  /** Where the frames end, if that is before the end. */
  readonly cutAt: number | undefined;
}

type NewReader = (layout: PageLayout, formats: ReadonlyMap<number, TraceFormat>) => PageReader | undefined;

/** Everything that a capture has; undefined if this reader cannot read one of its pages. */
const heard = (bytes: Bytes, newReader: NewReader): Heard | undefined => {
  const told: Told = { formats: new Map(), tasks: newTasks(), losses: [], headerPage: '' };
  let cutAt: number | undefined;
  let host = { little: true, long: 8 };
  let pages: PageReader | undefined;
  const missed: AfterLoss[] = [];
  const layout = (): PageLayout => pageLayout(told.headerPage, host);
  const started = (): PageReader | undefined => (pages ??= newReader(layout(), told.formats));
  for (const { kind, name, body } of framesOf(bytes, (at) => (cutAt = at))) {
    if (kind === 'ftrace') host = { little: name !== 'big', long: text(body) === '4' ? 4 : 8 };
    else if (kind === 'file') hear(told, name, text(body), host.long);
    else if (kind === 'cpu') {
      if (started()?.take(Number(name), body) !== true) return undefined;
      missed.push(...afterLosses(layout(), Number(name), body));
    }
  }
  const reader = started();
  return reader && { told, pages: reader, missed, cutAt };
};

const tablesOf = ({ told, pages, missed, cutAt }: Heard, origin: number | undefined): FtracePages => {
  const rows = pages.rows();
  const first = rows.reduce((least, each) => Math.min(least, leastOf(each)), Infinity);
  const base = pages.base();
  const shift =
    origin === undefined ? (first === Infinity ? 0 : -first) : Number(base - BigInt(Math.round(origin * 1e9)));
  return {
    events: rows.map((each) => ({
      event: `${each.format.system}:${each.format.name}`,
      table: tableOf(each, told.tasks, shift),
    })),
    lost: lostOf(pages, told),
    missing: missed.map(({ cpu, time }) => ({ cpu, t: (Number(time - base) + shift) / 1e9 })),
    start: Number(base) / 1e9 - shift / 1e9,
    warnings: warningsOf(pages, told, cutAt),
  };
};

/** Undefined if WASM was not built or cannot read the file: big-endian, a field outside its event. */
const byWasm = (bytes: Bytes, origin: number | undefined): FtracePages | undefined => {
  try {
    const found = heard(bytes, pageReaderWasm);
    return found && tablesOf(found, origin);
  } catch (error) {
    // The memory of WASM is full; the reader in TypeScript can use all of the process's memory.
    if (ranOut(error)) return undefined;
    throw error;
  }
};

/**
 * Reads what record.pl printed, in one pass. `origin`: the trace clock at t = 0, in seconds; default: the first event.
 * Damaged or truncated bytes give the part that was read, and a warning. `wasm`: false reads in TypeScript.
 */
export const readFtrace = (bytes: Bytes, { origin, wasm = true }: ReadOptions = {}): FtracePages => {
  const quick = wasm ? byWasm(bytes, origin) : undefined;
  if (quick !== undefined) return quick;
  const found = heard(bytes, pageReader);
  if (found === undefined) throw new RangeError('pages.ts reads every page');
  return tablesOf(found, origin);
};

/** The same of a file, which may still grow. */
export const readFtraceFile = (path: string, options?: ReadOptions): FtracePages => {
  const bytes = bytesOfFile(path);
  try {
    return readFtrace(bytes, options);
  } finally {
    bytes.close();
  }
};

const leastOf = ({ times, size }: EventRows): number => {
  let least = Infinity;
  for (let i = 0; i < size; i++) if ((times[i] as number) < least) least = times[i] as number;
  return least;
};
