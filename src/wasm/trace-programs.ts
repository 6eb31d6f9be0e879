// The layout of each event of a tracepoint capture, as TypeScript sets it, and the columns that its samples become.
import { grown, take } from './room';
import { Field, newField } from './trace-fields';

@unmanaged
export class Program {
  time: i32;
  cpu: i32;
  tid: i32;
  rest: u32;
  callchain: u32;
  rows: u32;
  room: u32;
  fields: u32;
  times: usize;
  cpus: usize;
  pids: usize;
  tids: usize;
  /** Address of the array of its fields. */
  at: usize;
}

const MOST_EVENTS: u32 = 1024;

let programs: usize = 0;

/** Call this once, before `traceEvent`. */
export function startTrace(): void {
  if (!programs) programs = grown(0, 0, MOST_EVENTS * sizeof<usize>());
}

/**
 * Sets the offsets of time, cpu, pid and tid in an event's samples (-1: absent), and where the variable part begins.
 */
export function traceEvent(event: u32, time: i32, cpu: i32, tid: i32, rest: u32, callchain: u32, fields: u32): void {
  const p = changetype<Program>(grown(0, 0, offsetof<Program>()));
  p.time = time;
  p.cpu = cpu;
  p.tid = tid;
  p.rest = rest;
  p.callchain = callchain;
  p.at = grown(0, 0, <usize>fields * sizeof<usize>());
  store<usize>(programs + <usize>event * sizeof<usize>(), changetype<usize>(p));
}

export function traceField(event: u32, kind: u32, offset: u32, size: u32, located: u32): void {
  const p = programOf(event);
  const f = newField(kind, offset, size, located);
  store<usize>(p.at + <usize>p.fields * sizeof<usize>(), changetype<usize>(f));
  p.fields++;
}

// @ts-ignore: decorator
@inline
export function programOf(event: u32): Program {
  return changetype<Program>(load<usize>(programs + <usize>event * sizeof<usize>()));
}

// @ts-ignore: decorator
@inline
export function fieldOf(p: Program, i: u32): Field {
  return changetype<Field>(load<usize>(p.at + <usize>i * sizeof<usize>()));
}

/** Grows the cells. Added bytes are not cleared, because every cell is written before it is read. */
function wider(from: usize, had: usize, bytes: usize): usize {
  const to = take(bytes);
  if (!from) return to;
  memory.copy(to, from, had);
  heap.free(from);
  return to;
}

/** Makes room for `rows` rows of an event. */
export function traceRoom(event: u32, rows: u32): void {
  const p = programOf(event);
  if (rows <= p.room) return;
  const had = <usize>p.rows;
  const to = <usize>rows;
  p.times = wider(p.times, had * 8, to * 8);
  p.cpus = wider(p.cpus, had * 4, to * 4);
  p.pids = wider(p.pids, had * 4, to * 4);
  p.tids = wider(p.tids, had * 4, to * 4);
  for (let i: u32 = 0; i < p.fields; i++) {
    const f = fieldOf(p, i);
    f.cells = wider(f.cells, had * f.width, to * f.width);
  }
  p.room = rows;
}

export function traceRows(event: u32): u32 {
  return programOf(event).rows;
}

/** Address of a column. 0: times (f64, ns), 1: cpus, 2: pids, 3: tids, from 4 on: the fields. */
export function traceColumn(event: u32, column: u32): usize {
  const p = programOf(event);
  if (column == 0) return p.times;
  if (column == 1) return p.cpus;
  if (column == 2) return p.pids;
  if (column == 3) return p.tids;
  return fieldOf(p, column - 4).cells;
}

/** How many distinct texts a field has; `traceTextNumbers` is the address of their numbers, u32 each, by code. */
export function traceTexts(event: u32, field: u32): u32 {
  return fieldOf(programOf(event), field).count;
}
export function traceTextNumbers(event: u32, field: u32): usize {
  return fieldOf(programOf(event), field).names;
}
