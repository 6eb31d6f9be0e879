// Reads pages of Ftrace's ring buffers into columns. TypeScript says where the fields of each event lie (trace-programs).
// An event with a field outside its data is left to the reader in TypeScript, pages.ts, which this code follows.
import { grown } from './room';
import { put } from './trace-fields';
import { fieldOf, programOf, traceRoom } from './trace-programs';

const COMMITTED: u32 = 0xfffff;
const MISSED: u32 = 1 << 31;
const STORED: u32 = 1 << 30;
const PADDING: u32 = 29;
const TIME_EXTEND: u32 = 30;
const TIME_STAMP: u32 = 31;
/** Time and commit of a 64-bit kernel's page. */
const HEAD: usize = 16;
const IDS: u32 = 65536;
/** Room for rows when an event gets its first one. */
const FIRST: u32 = 1 << 14;

/** By id: the number of an event and 1; 0 if it has no format. */
let numbers: usize = 0;
let base: u64 = 0;
let based: bool = false;

/** Pages with an event beyond their end, and events without a format, so far. */
export let ftraceDamaged: u32 = 0;
export let ftraceUnknown: u32 = 0;
/** Events that the pages of the last call say are missing, and pages that do not say how many. */
export let ftraceMissed: u32 = 0;
export let ftraceUncounted: u32 = 0;

export function startFtrace(): void {
  numbers = grown(numbers, 0, IDS * 2);
  memory.fill(numbers, 0, IDS * 2);
  based = false;
  ftraceDamaged = 0;
  ftraceUnknown = 0;
  ftraceUncounted = 0;
}

export function ftraceEvent(id: u32, event: u32): void {
  store<u16>(numbers + ((<usize>id & 0xffff) << 1), <u16>(event + 1));
}

/** The origin of times. */
export function ftraceBase(): u64 {
  return base;
}

/** Writes an event's row; false if one of its fields lies outside its data. */
// @ts-ignore: decorator
@inline
function takeEvent(cpu: u32, time: i64, data: usize, length: u32): bool {
  const number = load<u16>(numbers + (<usize>load<u16>(data) << 1));
  if (!number) {
    ftraceUnknown++;
    return true;
  }
  const event = <u32>number - 1;
  const p = programOf(event);
  if (length < 8) return false;
  if (p.rows == p.room) traceRoom(event, p.room ? p.room * 2 : FIRST);
  const row = <usize>p.rows;
  store<f64>(p.times + (row << 3), <f64>time);
  store<u32>(p.cpus + (row << 2), cpu);
  store<u32>(p.tids + (row << 2), load<u32>(data + 4));
  for (let i: u32 = 0; i < p.fields; i++) if (!put(fieldOf(p, i), row, data, length)) return false;
  p.rows++;
  return true;
}

/** 0: all events were read; 1: one of them ends after the page; 2: pages.ts must read the file. */
function readEvents(cpu: u32, from: usize, stop: usize, start: i64): u32 {
  let time = start;
  let at = from;
  while (at + 4 <= stop) {
    const word = load<u32>(at);
    const type = word & 31;
    const delta = word >> 5;
    let data = at + 4;
    let length = type * 4;
    if (type == 0 || type >= PADDING) {
      if (type == PADDING && delta == 0) return 0;
      if (at + 8 > stop) return 1;
      const next = load<u32>(at + 4);
      if (type == TIME_EXTEND) {
        time += (<i64>next << 27) + <i64>delta;
        at += 8;
        continue;
      }
      if (type == TIME_STAMP) {
        time = <i64>((<u64>next << 27) | <u64>delta) - <i64>base;
        at += 8;
        continue;
      }
      if (type == PADDING) {
        if (delta > 1) time += <i64>delta;
        if (<u64>at + 4 + <u64>next > <u64>stop) return 1;
        at += 4 + next;
        continue;
      }
      data = at + 8;
      if (next < 8) return 1;
      length = next - 4;
    }
    time += <i64>delta;
    if (<u64>data + <u64>length > <u64>stop) return 1;
    if (!takeEvent(cpu, time, data, length)) return 2;
    at = data + ((length + 3) & ~3);
  }
  return 0;
}

/** Reads whole pages of one CPU; false if pages.ts must read the file. */
export function ftracePages(cpu: u32, from: usize, bytes: u32): bool {
  ftraceMissed = 0;
  const end = from + bytes;
  let at = from;
  while (at < end) {
    if (at + HEAD > end) {
      ftraceDamaged++;
      return true;
    }
    const time = load<u64>(at);
    if (!based) {
      base = time;
      based = true;
    }
    const commit = load<u32>(at + 8);
    const stop = at + HEAD + (commit & COMMITTED);
    const stored = (commit & STORED) != 0;
    if (commit & MISSED) {
      if (!stored || stop + 8 > end) ftraceUncounted++;
      else ftraceMissed += load<u32>(stop);
    }
    const why = readEvents(cpu, at + HEAD, min(stop, end), <i64>(time - base));
    if (why == 2) return false;
    if (why == 1 || stop > end) ftraceDamaged++;
    at = stop + (stored ? 8 : 0);
  }
  return true;
}
