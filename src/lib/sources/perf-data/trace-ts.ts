import type { ColumnData, ColumnDoc, Table } from '../../columns/column.ts';
import type { Bytes } from '../../bytes/bytes.ts';
import { ROOT, sampleColumns } from '../../stacks/profile.ts';
import { newEnd } from './blocks.ts';
import { RECORD } from './format.ts';
import { readHeader } from './header.ts';
import { clockOf, timeReader, walkInOrder } from './in-order.ts';
import type { Deliver } from './order.ts';
import { growRows, NO_CPU, NO_THREAD, NO_TIME, type Rows } from './rows.ts';
import { eventShapes, readSize, type EventShape, type Shapes } from './shapes.ts';
import { startSession, type Session } from './session.ts';
import { processes, type Processes } from './spaces.ts';
import { takeComm, takeFork, untoldName } from './tasks.ts';
import { BATCH, newBatch, traceColumn, type Batch, type TraceColumn } from '../formats/trace-columns.ts';
import { newLosses, type Losses } from './trace-losses.ts';
import { plannedEvent, type Tracepoints } from './trace-plan.ts';
import { base, columnName, type TraceFormat } from '../formats/trace-format.ts';
import { readTracingData } from './tracing-data.ts';

/** A tracepoint that is being read: its rows so far, and records that wait to be decoded together. */
interface Growing {
  readonly event: string;
  readonly shape: EventShape;
  readonly rows: Rows;
  readonly columns: readonly TraceColumn[];
  readonly batch: Batch;
  decoded: number;
}

const start = ({ session, shapes, formats }: State, event: number): Growing | undefined => {
  const planned = plannedEvent(session, shapes, formats ?? new Map(), event);
  if (planned === undefined) return undefined;
  const { format, shape, fields } = planned;
  const columns = fields.map((field) => traceColumn(columnName(field.name), field, session.header.little));
  return { event: `${format.system}:${format.name}`, shape, rows: growRows(), columns, batch: newBatch(), decoded: 0 };
};

/** Decodes the waiting records; their memory may be reused afterwards. */
const settle = ({ columns, batch }: Growing, decoded: number): number => {
  if (batch.size === 0) return decoded;
  for (const column of columns) column.take(batch, decoded);
  const rows = decoded + batch.size;
  batch.size = 0;
  return rows;
};

/** Where a tracepoint's own data begins in a record; -1 if the record is too short for it. */
const rawPlace = (
  view: DataView,
  at: number,
  end: number,
  { layout, read, callchain }: EventShape,
  little: boolean,
): number => {
  let place = at + layout.rest;
  if (read !== undefined) {
    const size = readSize(view, place, end, read, little);
    if (size < 0) return -1;
    place += size;
  }
  if (callchain) {
    if (place + 8 > end) return -1;
    place += 8 + 8 * view.getUint32(place + (little ? 0 : 4), little);
  }
  return place + 4 > end || place + 4 + view.getUint32(place, little) > end ? -1 : place;
};

interface State {
  readonly session: Session;
  readonly shapes: Shapes;
  readonly procs: Processes;
  /** By event number; undefined if it is not a tracepoint with a known format. */
  readonly growing: Map<number, Growing | undefined>;
  formats: ReadonlyMap<number, TraceFormat> | undefined;
  readonly names: Rows;
  readonly losses: Losses;
  first: number;
  damaged: number;
}

const growingOf = (state: State, event: number): Growing | undefined => {
  const known = state.growing.get(event);
  if (known !== undefined || state.growing.has(event)) return known;
  state.formats ??= readTracingData(state.session.header.tracingData ?? new Uint8Array(0));
  const begun = start(state, event);
  state.growing.set(event, begun);
  return begun;
};

const takeSample = (state: State, view: DataView, at: number, time: number): void => {
  const { little } = state.session.header;
  const end = at + view.getUint16(at + 6, little);
  const into = growingOf(state, state.shapes.event(view, at, end));
  if (into === undefined) return;
  const { shape, batch, rows } = into;
  const { layout } = shape;
  const raw = rawPlace(view, at, end, shape, little);
  if (raw < 0) {
    state.damaged++;
    return;
  }
  const timed = time === time;
  if (timed && Number.isNaN(state.first)) state.first = time;
  const tid = layout.tid < 0 ? -1 : view.getInt32(at + layout.tid + 4, little);
  rows.add(
    timed ? (time - state.first) / 1e9 : 0,
    layout.cpu < 0 ? 0 : view.getUint32(at + layout.cpu, little),
    layout.tid < 0 ? -1 : view.getInt32(at + layout.tid, little),
    tid,
    state.procs.commOf(tid) ?? state.names.comm(untoldName(tid)),
    0,
    1,
    ROOT,
    (timed ? 0 : NO_TIME) | (layout.cpu < 0 ? NO_CPU : 0) | (layout.tid < 0 ? NO_THREAD : 0),
  );
  batch.views[batch.size] = view;
  batch.places[batch.size] = raw + 4;
  batch.lengths[batch.size++] = view.getUint32(raw, little);
  if (batch.size === BATCH) into.decoded = settle(into, into.decoded);
};

const taker =
  (state: State): Deliver =>
  (view, at, time) => {
    const { little } = state.session.header;
    const type = view.getUint32(at, little);
    if (type === RECORD.SAMPLE) takeSample(state, view, at, time);
    else if (type === RECORD.COMM) takeComm(view, at, little, state.procs, state.names);
    else if (type === RECORD.FORK) takeFork(view, at, little, state.procs);
    else if (type === RECORD.LOST || type === RECORD.LOST_SAMPLES) state.losses.take(state.session, view, at);
  };

const tableOf = ({ rows, columns }: Growing, comms: readonly string[]): Table => {
  const table = rows.table(new Uint32Array(0));
  const data: Record<string, ColumnData> = {};
  const docs: Record<string, ColumnDoc> = {};
  for (const name of base) {
    const column = table.data[name];
    if (column === undefined) continue;
    data[name] = column.kind === 'text' ? { ...column, names: comms } : column;
    docs[name] = sampleColumns[name];
  }
  for (const column of columns) {
    data[column.name] = column.column();
    docs[column.name] = column.doc;
  }
  return { size: table.size, data, docs };
};

const namesOf = (names: Rows): readonly string[] => {
  const { comm } = names.table(new Uint32Array(0)).data;
  return comm?.kind === 'text' ? comm.names : [];
};

/** Reads any file record by record: the fallback of the WASM reader, and what tests compare it with. */
export const readTracepointsTs = async (bytes: Bytes): Promise<Tracepoints> => {
  const header = readHeader(bytes);
  const { little } = header;
  const session = startSession(header);
  const shapes = eventShapes(session);
  const end = newEnd();
  const state: State = {
    session,
    shapes,
    procs: processes(),
    growing: new Map(),
    formats: undefined,
    names: growRows(),
    losses: newLosses(),
    first: NaN,
    damaged: 0,
  };
  const settled = (): void => {
    for (const into of state.growing.values()) if (into !== undefined) into.decoded = settle(into, into.decoded);
  };
  const clock = clockOf(little);
  const timeAt = timeReader(shapes, clock, little);
  await walkInOrder({ bytes, session, end, timeAt, deliver: taker(state), settled });
  settled();
  const comms = namesOf(state.names);
  const read = [...state.growing.values()].filter((into) => into !== undefined);
  const first = clock.base() + (Number.isNaN(state.first) ? 0 : state.first);
  return {
    events: read.map((into) => ({ event: into.event, table: tableOf(into, comms) })),
    lost: state.losses.sum,
    losses: state.losses.list(BigInt(first)),
    start: first / 1e9,
    warnings: [
      ...header.warnings,
      ...(end.why === undefined ? [] : [`records end early: ${end.why}`]),
      ...(state.damaged === 0 ? [] : [`${state.damaged} records are shorter than their fields and were left out`]),
      ...(read.length === 0 ? ['this file has no events of tracepoints with a known format'] : []),
    ],
  };
};
