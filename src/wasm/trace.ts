// Reads samples of tracepoints into columns. TypeScript says where the fields of each event lie; this code walks the
// records of a chunk and writes each sample's row. On anything unusual (a record with a wrong size, a field outside its
// record) the walk stops, and the reader in TypeScript reads the file.
import { eventAt } from './event-ids';
import { grown, take } from './room';
import { put } from './trace-fields';
import { fieldOf, programOf, traceRoom } from './trace-programs';

/**
 * Why a walk ended. MORE: the chunk is finished; ASK: TypeScript must handle the next record; ODD: trace-ts.ts
 * must read the file.
 */
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

/** Room for rows when an event gets its first one. */
const FIRST: u32 = 1 << 14;

/** Where the walk ended. */
export let tracePlace: usize = 0;
/** Addresses of records of the last walk that TypeScript handles (COMM, FORK, LOST), u32 each. */
export let traceOthers: usize = 0;
export let traceOtherCount: u32 = 0;
let othersRoom: u32 = 0;
let base: u64 = 0;
let based: bool = false;

/** Allocates memory for a chunk of records or a column. */
export function traceSpace(bytes: u32): usize {
  return take(bytes);
}

/** The origin of times. */
export function traceBase(): u64 {
  return base;
}

/** Writes a sample's row; false if the sample is unusual. */
// @ts-ignore: decorator
@inline
function takeRow(event: u32, at: usize, size: u32): bool {
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

/**
 * Walks whole records from `from` on; returns MORE, ASK or ODD. An incomplete record at the end is left for the next
 * chunk.
 */
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
      if (!takeRow(eventAt(at, size), at, size)) {
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

/** Reorders cells of `width` bytes by row numbers. */
export function traceGather(from: usize, to: usize, order: usize, rows: u32, width: u32): void {
  const end = order + ((<usize>rows) << 2);
  if (width == 1) for (; order < end; order += 4, to += 1) store<u8>(to, load<u8>(from + <usize>load<u32>(order)));
  else if (width == 2) for (; order < end; order += 4, to += 2) store<u16>(to, load<u16>(from + ((<usize>load<u32>(order)) << 1)));
  else if (width == 4) for (; order < end; order += 4, to += 4) store<u32>(to, load<u32>(from + ((<usize>load<u32>(order)) << 2)));
  else for (; order < end; order += 4, to += 8) store<u64>(to, load<u64>(from + ((<usize>load<u32>(order)) << 3)));
}
