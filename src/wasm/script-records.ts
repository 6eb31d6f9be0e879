// Event lines of `perf script`: the text before the time, the time, the period, and the text after the period.
import { grown } from './room';
import { stacked } from './stacks';
import { hashed, intern, marks } from './texts';

/**
 * Whether the part of an event line before its time can be parsed without the rest of the line; asked once per distinct
 * text.
 */
// @ts-ignore: decorator
@external('script', 'decomposes')
declare function decomposes(text: u32): bool;

const NONE: u32 = 0xffffffff;
const SPACE: u8 = 32;
const TAB: u8 = 9;
const COLON: v128 = i8x16.splat(58);

// Marks of a text: whether its event lines are split.
const SPLIT: u8 = 1;
const ODD: u8 = 2;

// Flags of a record, as in scan.ts.
export const CONTINUED: u32 = 1;
const UNSPLIT: u32 = 2;
const HAS_TIME: u32 = 4;
const HAS_PERIOD: u32 = 8;
const HAS_CPU: u32 = 16;
export const OPEN: u32 = 32;

export let records: u32 = 0;
let recordRoom: u32 = 0;
/** Arrays of u32, one per record. */
export let heads: usize = 0;
export let tails: usize = 0;
export let ends: usize = 0;
export let flags: usize = 0;
export let cpus: usize = 0;
export let seconds: usize = 0;
export let nanos: usize = 0;
/** u64 per record. */
export let periods: usize = 0;

let timeStart: usize = 0;
let timeDot: usize = 0;
let timeEnd: usize = 0;

// @ts-ignore: decorator
@inline
function digit(p: usize): bool {
  return <u32>load<u8>(p) - 48 < 10;
}

/** Whether the line has an event line's time: a token `digits.digits:` after a blank. */
export function timed(p: usize, e: usize): bool {
  for (let from = p; from < e; from += 16) {
    let found = i8x16.bitmask(i8x16.eq(v128.load(from), COLON));
    while (found) {
      const colon = from + ctz(found);
      found &= found - 1;
      if (colon >= e) return false;
      if (colon + 1 == e || load<u8>(colon + 1) == SPACE) if (timeBefore(p, colon)) return true;
    }
  }
  return false;
}

function timeBefore(p: usize, colon: usize): bool {
  let q = colon;
  while (q > p && digit(q - 1)) q--;
  if (q == colon || colon - q > 9 || q == p || load<u8>(q - 1) != 46) return false;
  timeDot = --q;
  while (q > p && digit(q - 1)) q--;
  if (q == timeDot || timeDot - q > 10 || q == p) return false;
  const before = load<u8>(q - 1);
  if (before != SPACE && before != TAB) return false;
  timeStart = q;
  timeEnd = colon;
  return true;
}

/** The value of the digits from `p` to `e`. */
function value(p: usize, e: usize): u64 {
  let sum: u64 = 0;
  for (; p < e; p++) sum = sum * 10 + (load<u8>(p) - 48);
  return sum;
}

/** Starts a record with its event line. */
export function startRecord(p: usize, e: usize, hash: u32, flag: u32): void {
  newRecord();
  const at = <usize>records << 2;
  if (timed(p, e)) {
    const start = cpuBefore(p, timeStart, at);
    const to = intern(p, start - p, hashed(p, start - p));
    let mark = load<u8>(marks + to);
    if (!(mark & (SPLIT | ODD))) {
      mark |= decomposes(to) ? SPLIT : ODD;
      store<u8>(marks + to, mark);
    }
    store<u32>(seconds + at, <u32>value(timeStart, timeDot));
    store<u32>(nanos + at, fraction());
    flag |= HAS_TIME;
    if (mark & SPLIT) {
      store<u32>(heads + at, to);
      flag |= tail(e, at) | (start < timeStart ? HAS_CPU : 0);
      store<u32>(flags + at, flag);
      return;
    }
  }
  const text = intern(p, e - p, hash);
  store<u32>(heads + at, text);
  store<u32>(tails + at, NONE);
  store<u32>(flags + at, flag | UNSPLIT);
}

/** Nanoseconds of the fraction from timeDot to timeEnd. */
function fraction(): u32 {
  let n = <u32>value(timeDot + 1, timeEnd);
  for (let places = timeEnd - timeDot - 1; places < 9; places++) n *= 10;
  return n;
}

/** Where `[cpu]` before the time starts; where the time starts if there is none. */
function cpuBefore(p: usize, time: usize, at: usize): usize {
  let q = time;
  while (q > p && load<u8>(q - 1) == SPACE) q--;
  if (q == p || load<u8>(q - 1) != 93) return time;
  const to = --q;
  while (q > p && digit(q - 1)) q--;
  if (q == to || to - q > 6 || q - p < 2 || load<u8>(q - 1) != 91 || load<u8>(q - 2) != SPACE) return time;
  store<u32>(cpus + at, <u32>value(q, to));
  return q - 1;
}

/** Parses what follows the colon of the time: a period, and the rest as a text. */
function tail(e: usize, at: usize): u32 {
  let q = timeEnd + 1;
  while (q < e && load<u8>(q) == SPACE) q++;
  const from = q;
  while (q < e && digit(q)) q++;
  const period = q > from && q - from < 19 && q < e && load<u8>(q) == SPACE;
  if (period) store<u64>(periods + (at << 1), value(from, q));
  else q = timeEnd + 1;
  store<u32>(tails + at, intern(q, e - q, hashed(q, e - q)));
  return period ? HAS_PERIOD : 0;
}

function newRecord(): void {
  if (records < recordRoom) return;
  const had = (<usize>recordRoom) * 4;
  const room: u32 = recordRoom ? recordRoom * 2 : 1 << 14;
  const to = (<usize>room) * 4;
  heads = grown(heads, had, to);
  tails = grown(tails, had, to);
  ends = grown(ends, had, to);
  flags = grown(flags, had, to);
  cpus = grown(cpus, had, to);
  seconds = grown(seconds, had, to);
  nanos = grown(nanos, had, to);
  periods = grown(periods, had * 2, to * 2);
  recordRoom = room;
}

/** Ends a record; its stack is the lines read since its event line. */
export function endRecord(flag: u32): void {
  const at = <usize>records << 2;
  store<u32>(ends + at, stacked());
  store<u32>(flags + at, load<u32>(flags + at) | flag);
  records++;
}
