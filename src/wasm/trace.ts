// Samples of tracepoints, as columns. TypeScript says where the fields of each event lie; this walks the records of a
// chunk and writes each sample's row. Whatever is not plain (a record that lies, a field outside of its record) stops the
// walk, and the plain reader takes the file.
import { grown } from './room';
import { hashed, intern } from './texts';

/** Why a walk ended: the chunk is over; a record that TypeScript must look at; something that is not plain. */
const MORE: u32 = 0;
const ASK: u32 = 1;
const ODD: u32 = 2;

const COMM: u32 = 3;
const FORK: u32 = 7;
const LOST: u32 = 2;
const SAMPLE: u32 = 9;
const LOST_SAMPLES: u32 = 13;
const USER: u32 = 64;
const FINISHED_ROUND: u32 = 68;

/** Kinds of fields: numbers by their size and sign, text up to its NUL, bytes as they are. */
const SIGNED: u32 = 16;
const TEXT: u32 = 32;
const BYTES: u32 = 33;

@unmanaged
class Field {
  kind: u32;
  offset: u32;
  size: u32;
  /** 0: in place; 1: 4 bytes say where from the data's start, 2: from the field's end. */
  located: u32;
  /** Bytes of a cell. */
  width: u32;
  cells: usize;
  /** Of texts: code + 1 by number of the text, and the number by code. */
  codes: usize;
  codesRoom: u32;
  names: usize;
  namesRoom: u32;
  count: u32;
  /** Texts of 16 bytes met lately: two words and the code + 1 each. */
  recent: usize;
}

@unmanaged
class Program {
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
  /** Addresses of its fields. */
  at: usize;
}

const MOST_EVENTS: u32 = 1024;
const RECENT: u32 = 256;
const FIRST: u32 = 1 << 14;

let programs: usize = 0;
let slots: usize = 0;
let slotMask: u64 = 0;
let idAt: u32 = 0;
/** Where the walk ended. */
export let tracePlace: usize = 0;
/** Addresses of the records that TypeScript wants to see (COMM, FORK, LOST), u32 each, of the last walk. */
export let traceOthers: usize = 0;
export let traceOtherCount: u32 = 0;
let othersRoom: u32 = 0;
let base: u64 = 0;
let based: bool = false;

/** `ids`: how many ids of events there will be; `id`: the id's place in a sample, 0 where there is none. */
export function startTrace(ids: u32, id: u32): void {
  if (!programs) programs = grown(0, 0, MOST_EVENTS * sizeof<usize>());
  let room: u32 = 64;
  while (room < ids * 4) room *= 2;
  slots = grown(0, 0, <usize>room * 16);
  slotMask = room - 1;
  idAt = id;
}

/** Room for a chunk of records, or for a column. */
export function traceSpace(bytes: u32): usize {
  return heap.alloc(bytes + 64);
}

/** The time from which times are counted. */
export function traceBase(): u64 {
  return base;
}

// @ts-ignore: decorator
@inline
function slotOf(id: u64): usize {
  let slot = (id * 0x9e3779b97f4a7c15) >> 40;
  while (true) {
    const at = slots + <usize>(slot & slotMask) * 16;
    const known = load<u32>(at + 8);
    if (!known || load<u64>(at) == id) return at;
    slot++;
  }
}

export function traceId(low: u32, high: u32, event: u32): void {
  const id = ((<u64>high) << 32) | low;
  const at = slotOf(id);
  store<u64>(at, id);
  store<u32>(at + 8, event + 1);
}

/** Says where an event's samples have their time, cpu, pid and tid (-1: nowhere), and where what is variable begins. */
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
  const f = changetype<Field>(grown(0, 0, offsetof<Field>()));
  f.kind = kind;
  f.offset = offset;
  f.size = size;
  f.located = located;
  f.width = kind >= TEXT ? 4 : size;
  if (kind >= TEXT) f.recent = grown(0, 0, RECENT * 24);
  store<usize>(p.at + <usize>p.fields * sizeof<usize>(), changetype<usize>(f));
  p.fields++;
}

// @ts-ignore: decorator
@inline
function programOf(event: u32): Program {
  return changetype<Program>(load<usize>(programs + <usize>event * sizeof<usize>()));
}

// @ts-ignore: decorator
@inline
function fieldOf(p: Program, i: u32): Field {
  return changetype<Field>(load<usize>(p.at + <usize>i * sizeof<usize>()));
}

/** The cells with room for more of them. What is new is not cleared: every cell is written before it is read. */
function wider(from: usize, had: usize, bytes: usize): usize {
  const to = heap.alloc(bytes + 64);
  if (!from) return to;
  memory.copy(to, from, had);
  heap.free(from);
  return to;
}

/** Makes room for so many rows of an event. */
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

/** Address of a column: 0 times (f64, ns), 1 cpus, 2 pids, 3 tids, from 4 on the fields. */
export function traceColumn(event: u32, column: u32): usize {
  const p = programOf(event);
  if (column == 0) return p.times;
  if (column == 1) return p.cpus;
  if (column == 2) return p.pids;
  if (column == 3) return p.tids;
  return fieldOf(p, column - 4).cells;
}

/** How many texts a field has, and the address of their numbers, u32 each, by code. */
export function traceTexts(event: u32, field: u32): u32 {
  return fieldOf(programOf(event), field).count;
}
export function traceTextNumbers(event: u32, field: u32): usize {
  return fieldOf(programOf(event), field).names;
}

function codeOf(f: Field, at: usize, length: usize): u32 {
  const text = intern(at, length, hashed(at, length));
  if (text >= f.codesRoom) {
    let to = f.codesRoom ? f.codesRoom : 1024;
    while (to <= text) to *= 2;
    f.codes = grown(f.codes, <usize>f.codesRoom * 4, <usize>to * 4);
    f.codesRoom = to;
  }
  const known = load<u32>(f.codes + ((<usize>text) << 2));
  if (known) return known - 1;
  if (f.count == f.namesRoom) {
    const to = f.namesRoom ? f.namesRoom * 2 : 256;
    f.names = grown(f.names, <usize>f.namesRoom * 4, <usize>to * 4);
    f.namesRoom = to;
  }
  store<u32>(f.names + ((<usize>f.count) << 2), text);
  f.count++;
  store<u32>(f.codes + ((<usize>text) << 2), f.count);
  return f.count - 1;
}

// @ts-ignore: decorator
@inline
function untilNul(at: usize, length: usize): usize {
  let end: usize = 0;
  while (end < length && load<u8>(at + end)) end++;
  return end;
}

/** A thread's name is 16 bytes: two words are compared before anything is hashed. */
// @ts-ignore: decorator
@inline
function nameCode(f: Field, at: usize): u32 {
  const a = load<u64>(at);
  const b = load<u64>(at + 8);
  const h = (a ^ (b * 0x9e3779b97f4a7c15)) * 0xc2b2ae3d27d4eb4f;
  const slot = f.recent + <usize>((h >> 56) & (RECENT - 1)) * 24;
  const known = load<u32>(slot + 16);
  if (known && load<u64>(slot) == a && load<u64>(slot + 8) == b) return known - 1;
  const code = codeOf(f, at, untilNul(at, 16));
  store<u64>(slot, a);
  store<u64>(slot + 8, b);
  store<u32>(slot + 16, code + 1);
  return code;
}

/** Writes a field's cell; false where its bytes lie outside of the record's data. */
// @ts-ignore: decorator
@inline
function put(f: Field, row: usize, data: usize, room: u32): bool {
  if (f.offset + f.size > room) return false;
  const at = data + f.offset;
  const kind = f.kind;
  if (kind == 4 || kind == (4 | SIGNED)) {
    store<u32>(f.cells + (row << 2), load<u32>(at));
    return true;
  }
  if (kind == 8) {
    store<f64>(f.cells + (row << 3), <f64>load<u64>(at));
    return true;
  }
  if (kind == (8 | SIGNED)) {
    store<f64>(f.cells + (row << 3), <f64>load<i64>(at));
    return true;
  }
  if (kind == TEXT && !f.located && f.size == 16) {
    store<u32>(f.cells + (row << 2), nameCode(f, at));
    return true;
  }
  if ((kind & 15) == 2) {
    store<u16>(f.cells + (row << 1), load<u16>(at));
    return true;
  }
  if ((kind & 15) == 1 && kind < TEXT) {
    store<u8>(f.cells + row, load<u8>(at));
    return true;
  }
  return putText(f, row, data, room);
}

function putText(f: Field, row: usize, data: usize, room: u32): bool {
  let at = data + f.offset;
  let length = <usize>f.size;
  if (f.located) {
    const said = load<u32>(at);
    const from = (said & 0xffff) + (f.located == 2 ? f.offset + f.size : 0);
    length = <usize>(said >> 16);
    if (from + <u32>length > room) return false;
    at = data + from;
  }
  if (f.kind == TEXT) length = untilNul(at, length);
  store<u32>(f.cells + (row << 2), codeOf(f, at, length));
  return true;
}

/** Writes a sample's row; false where it is not plain. */
// @ts-ignore: decorator
@inline
function take(event: u32, at: usize, size: u32): bool {
  const p = programOf(event);
  if (!changetype<usize>(p)) return true;
  let rest = p.rest;
  if (p.callchain) {
    if (rest + 8 > size) return false;
    const frames = load<u64>(at + rest);
    if (frames > 8192) return false;
    rest += 8 + 8 * <u32>frames;
  }
  if (rest + 4 > size) return false;
  const room = load<u32>(at + rest);
  if (<u64>rest + 4 + <u64>room > <u64>size) return false;
  const data = at + rest + 4;
  const time = load<u64>(at + p.time);
  if (!time || !(time + 1)) return false;
  if (!based) {
    based = true;
    base = time;
  }
  if (p.rows == p.room) traceRoom(event, p.room ? p.room * 2 : FIRST);
  const row = <usize>p.rows;
  store<f64>(p.times + (row << 3), <f64>(<i64>(time - base)));
  store<u32>(p.cpus + (row << 2), p.cpu >= 0 ? load<u32>(at + p.cpu) : 0);
  store<u32>(p.pids + (row << 2), p.tid >= 0 ? load<u32>(at + p.tid) : 0xffffffff);
  store<u32>(p.tids + (row << 2), p.tid >= 0 ? load<u32>(at + p.tid + 4) : 0xffffffff);
  for (let i: u32 = 0; i < p.fields; i++) if (!put(fieldOf(p, i), row, data, room)) return false;
  p.rows++;
  return true;
}

function other(at: usize): void {
  if (traceOtherCount == othersRoom) {
    const to = othersRoom ? othersRoom * 2 : 1024;
    traceOthers = grown(traceOthers, <usize>othersRoom * 4, <usize>to * 4);
    othersRoom = to;
  }
  store<u32>(traceOthers + ((<usize>traceOtherCount) << 2), <u32>at);
  traceOtherCount++;
}

// @ts-ignore: decorator
@inline
function eventAt(at: usize, size: u32): u32 {
  if (!idAt || idAt + 8 > size) return 0;
  const known = load<u32>(slotOf(load<u64>(at + idAt)) + 8);
  return known ? known - 1 : 0;
}

/** Walks whole records from `from` on; see MORE, ASK and ODD. Ends before the first that is not there to its end. */
export function traceWalk(from: usize, to: usize): u32 {
  let at = from;
  traceOtherCount = 0;
  while (at + 8 <= to) {
    const head = load<u64>(at);
    const type = <u32>head;
    const size = <u32>(head >> 48);
    if (size < 8) {
      tracePlace = at;
      return ODD;
    }
    if (at + size > to) break;
    if (type == SAMPLE) {
      if (!take(eventAt(at, size), at, size)) {
        tracePlace = at;
        return ODD;
      }
    } else if (type >= USER) {
      if (type != FINISHED_ROUND) {
        tracePlace = at;
        return ASK;
      }
    } else if (type == COMM || type == FORK || type == LOST || type == LOST_SAMPLES) other(at);
    at += size;
  }
  tracePlace = at;
  return MORE;
}

/** Puts cells of `width` bytes into the order of row numbers. */
export function traceGather(from: usize, to: usize, order: usize, rows: u32, width: u32): void {
  const end = order + ((<usize>rows) << 2);
  if (width == 1) for (; order < end; order += 4, to += 1) store<u8>(to, load<u8>(from + <usize>load<u32>(order)));
  else if (width == 2) for (; order < end; order += 4, to += 2) store<u16>(to, load<u16>(from + ((<usize>load<u32>(order)) << 1)));
  else if (width == 4) for (; order < end; order += 4, to += 4) store<u32>(to, load<u32>(from + ((<usize>load<u32>(order)) << 2)));
  else for (; order < end; order += 4, to += 8) store<u64>(to, load<u64>(from + ((<usize>load<u32>(order)) << 3)));
}
