import type { ColumnData, ColumnDoc, Table, Validity } from '../../columns/column.ts';
import type { Bytes } from '../../bytes/bytes.ts';
import { sampleColumns } from '../../stacks/profile.ts';
import { hasWasm, ranOut, startWasm, type Wasm } from '../../bytes/wasm.ts';
import { RECORD } from './format.ts';
import { readHeader } from './header.ts';
import { startSession, type Session } from './session.ts';
import { eventShapes, type Shapes } from './shapes.ts';
import { fieldColumn, gatherOf, type Gather } from '../formats/trace-gather.ts';
import { docOf } from '../formats/trace-columns.ts';
import { columnName } from '../formats/trace-format.ts';
import { newLosses, type Losses } from './trace-losses.ts';
import { plannedEvent, planInto, type PlannedEvent, type Tracepoints } from './trace-plan.ts';
import { newTasks, type Tasks } from './trace-tasks.ts';
import { walkWasm, type OnRecord } from './trace-walk.ts';
import { readTracingData } from './tracing-data.ts';

/** The time of a record that is not a sample, in ns since boot; undefined if it has none. */
const timeOf = (shapes: Shapes, view: DataView, at: number): bigint | undefined => {
  const end = at + view.getUint16(at + 6, true);
  const from = shapes.shape(shapes.event(view, at, end))?.timeFromEnd ?? -1;
  if (from < 0 || end - from < at + 8) return undefined;
  const time = view.getBigUint64(end - from, true);
  return time === 0n || time === 0xffff_ffff_ffff_ffffn ? undefined : time;
};

interface Walked {
  readonly session: Session;
  readonly planned: readonly PlannedEvent[];
  readonly tasks: Tasks;
  readonly losses: Losses;
}

const planOf = (session: Session, shapes: Shapes): PlannedEvent[] => {
  const formats = readTracingData(session.header.tracingData ?? new Uint8Array(0));
  return session.events
    .map((_, event) => plannedEvent(session, shapes, formats, event))
    .filter((each) => each !== undefined);
};

/**
 * After this many bytes, room is made for the whole file, because growing copies columns. Some extra, since record
 * sizes vary.
 */
const FORESEEN = [1, 2 ** 25];
const SPARE = 1.15;

/** Makes room for the whole file, estimated from what was read so far. */
const foresee = (wasm: Wasm, planned: readonly PlannedEvent[], share: number): void => {
  for (const { event } of planned) wasm.traceRoom(event, Math.ceil((wasm.traceRows(event) / share) * SPARE) + 64);
};

/** Walks the file with WASM; undefined if WASM cannot read it. */
const walked = (wasm: Wasm, bytes: Bytes, chunk: number | undefined): Walked | undefined => {
  const header = readHeader(bytes);
  if (!header.little) return undefined;
  const session = startSession(header);
  const shapes = eventShapes(session);
  const tasks = newTasks();
  const losses = newLosses();
  let planned: PlannedEvent[] = planOf(session, shapes);
  const rows = (): number => planned.reduce((sum, { event }) => sum + wasm.traceRows(event), 0);
  if (!planInto(wasm, session, planned)) return undefined;
  let foreseen = 0;
  const onRecord: OnRecord = {
    take(view, at) {
      const type = view.getUint32(at, true);
      if (type === RECORD.COMM || type === RECORD.FORK) tasks.take(view, at, timeOf(shapes, view, at));
      else losses.take(session, view, at);
    },
    takeHeader(view, at) {
      session.learn(view, at);
      const type = view.getUint32(at, true);
      if (type !== RECORD.HEADER_ATTR && type !== RECORD.HEADER_TRACING_DATA) return true;
      // In a pipe, events come as records before their samples.
      if (rows() > 0) return false;
      planned = planOf(session, shapes);
      return planInto(wasm, session, planned);
    },
    progress(done) {
      if (done < (FORESEEN[foreseen] ?? Infinity) || rows() === 0) return;
      foreseen++;
      foresee(wasm, planned, done / header.dataSize);
    },
  };
  const whole = walkWasm(wasm, bytes, session, onRecord, chunk);
  const ordered = session.events[0]?.attr.flags.has('sample_id_all') ?? false;
  return whole && ordered ? { session, planned, tasks, losses } : undefined;
};

const noneValid = (rows: number): { readonly valid: Validity } => ({ valid: new Uint8Array((rows + 7) >> 3) });

const baseColumns = (wasm: Wasm, { shape }: PlannedEvent, gather: Gather, tasks: Tasks, first: number) => {
  const { rows, times } = gather;
  const { cpu, tid } = shape.layout;
  const pids = gather.column(Int32Array, 2);
  const tids = gather.column(Int32Array, 3);
  const thread = tid < 0 ? noneValid(rows) : {};
  const codes = tasks.comms(BigInt.asUintN(64, wasm.traceBase()), tids, times);
  // Convert in place: the times in ns are not needed any more.
  for (let row = 0; row < rows; row++) times[row] = ((times[row] as number) - first) / 1e9;
  const cpus = gather.column(Uint32Array, 1);
  return {
    t: { kind: 'number', values: times },
    cpu: { kind: 'number', values: cpus, ...(cpu < 0 ? noneValid(rows) : {}) },
    pid: { kind: 'number', values: pids, ...thread },
    tid: { kind: 'number', values: tids, ...thread },
    comm: { kind: 'text', codes, names: tasks.names, ...thread },
  } as const satisfies Record<string, ColumnData>;
};

const tableOf = (wasm: Wasm, planned: PlannedEvent, gather: Gather, tasks: Tasks, first: number): Table => {
  const base = baseColumns(wasm, planned, gather, tasks, first);
  const data: Record<string, ColumnData> = { ...base };
  const docs: Record<string, ColumnDoc> = {};
  for (const name of Object.keys(base) as (keyof typeof base)[]) docs[name] = sampleColumns[name];
  planned.fields.forEach((field, index) => {
    const name = columnName(field.name);
    data[name] = fieldColumn(wasm, planned.event, index, field, gather);
    docs[name] = docOf(field);
  });
  return { size: gather.rows, data, docs };
};

const tablesOf = (wasm: Wasm, { session, planned, tasks, losses }: Walked): Tracepoints => {
  const read = planned
    .filter(({ event }) => wasm.traceRows(event) > 0)
    .map((each) => ({ each, gather: gatherOf(wasm, each.event, each.fields) }))
    .sort((a, b) => (a.gather.times[0] ?? 0) - (b.gather.times[0] ?? 0));
  const first = read[0]?.gather.times[0] ?? 0;
  const start = BigInt.asUintN(64, wasm.traceBase()) + BigInt(first);
  return {
    events: read.map(({ each, gather }) => ({
      event: `${each.format.system}:${each.format.name}`,
      table: tableOf(wasm, each, gather, tasks, first),
    })),
    lost: losses.sum,
    losses: losses.list(start),
    start: read.length === 0 ? 0 : Number(start) / 1e9,
    warnings: [
      ...session.header.warnings,
      ...(read.length === 0 ? ['this file has no events of tracepoints with a known format'] : []),
    ],
  };
};

/**
 * Reads tracepoints with WASM in an eighth of the time that TypeScript takes. Undefined if WASM was not built
 * or cannot read the file (compressed, big-endian, truncated, a field outside its record); it is then read record by
 * record. `chunk`: bytes that are read at once.
 */
export const readTracepointsWasm = (
  bytes: Bytes,
  { chunk }: { readonly chunk?: number } = {},
): Tracepoints | undefined => {
  if (!hasWasm()) return undefined;
  try {
    const wasm = startWasm();
    wasm.startTexts(BigInt(Math.floor(Math.random() * 2 ** 52)));
    const found = walked(wasm, bytes, chunk);
    return found === undefined ? undefined : tablesOf(wasm, found);
  } catch (error) {
    // The memory of WASM is full; the reader in TypeScript can use all of the process's memory.
    if (ranOut(error)) return undefined;
    throw error;
  }
};
