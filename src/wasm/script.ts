// Scans the text of `perf script`: event lines, the stack lines under them, blank lines. What a line means to which
// program is decided outside, once per distinct text; src/lib/sources/perf-script/scan.ts is the same in plain TypeScript.
import { equal, grown, take } from './room';
import { add, stacked, startStacks } from './stacks';
import { eol, find, followers, frames, hashed, intern, lineHash, marks, textAt, textLength } from './texts';
import { pair, Pairs, startPairs } from './pairs';

/** Whether the part of an event line before its time can be read alone: asked once per distinct text. */
declare function decomposes(text: u32): bool;

const NONE: u32 = 0xffffffff;
const NEWLINE: u8 = 10;
const RETURN: u8 = 13;
const SPACE: u8 = 32;
const TAB: u8 = 9;
const COLON: v128 = i8x16.splat(58);

// Marks of a text.
const SPLIT: u8 = 1;
const ODD: u8 = 2;

// Flags of a record, as in scan.ts.
const CONTINUED: u32 = 1;
const UNSPLIT: u32 = 2;
const HAS_TIME: u32 = 4;
const HAS_PERIOD: u32 = 8;
const HAS_CPU: u32 = 16;
const OPEN: u32 = 32;

let keepReturns: bool = false;
let keepUnknown: bool = false;
let longest: usize = 0;

let input: usize = 0;
let inputRoom: usize = 0;
let carry: usize = 0;
let skipping: bool = false;
export let cut: u32 = 0;

let places: Pairs = changetype<Pairs>(0);
/** The text of the line before in this block, NONE at its start. */
let before: u32 = NONE;

export let records: u32 = 0;
let recordRoom: u32 = 0;
/** u32 each per record. */
export let heads: usize = 0;
export let tails: usize = 0;
export let ends: usize = 0;
export let flags: usize = 0;
export let cpus: usize = 0;
export let seconds: usize = 0;
export let nanos: usize = 0;
/** u64 per record. */
export let periods: usize = 0;
let inBlock: bool = false;

export let comments: usize = 0;
export let commentCount: u32 = 0;
const COMMENTS: u32 = 4096;

export function startScript(returns: bool, unknown: bool, longestLine: u32): void {
  keepReturns = returns;
  keepUnknown = unknown;
  longest = longestLine;
  places = startPairs(1 << 14);
  startStacks();
  comments = take(COMMENTS * 4);
}

/** Where the next `n` bytes of the file go. */
export function space(n: usize): usize {
  if (carry + n + 1 > inputRoom) {
    // Twice as long: a long line that comes in small pieces would be copied for each of them.
    const to = carry ? max(carry + n + 1, inputRoom * 2) : carry + n + 1;
    input = grown(input, inputRoom, to);
    inputRoom = to;
  }
  return input + carry;
}

/** Reads the `n` bytes that were put at `space(n)`. */
export function scanned(n: usize): void {
  const start = input + carry;
  let end = start + n;
  let from = input;
  if (skipping) {
    while (from < end && load<u8>(from) != NEWLINE) from++;
    if (from == end) return;
    skipping = false;
    from++;
  }
  let last = end;
  const least = from > start ? from : start;
  while (last > least && load<u8>(last - 1) != NEWLINE) last--;
  if (last > least) lines(from, last);
  else last = from;
  carry = end - last;
  if (carry > longest) {
    store<u8>(last + longest, NEWLINE);
    lines(last, last + longest + 1);
    cut++;
    skipping = true;
    carry = 0;
    return;
  }
  if (carry && last != input) memory.copy(input, last, carry);
}

/** Reads a last line that has no newline and closes the last block. */
export function ended(): void {
  if (carry) {
    store<u8>(input + carry, NEWLINE);
    lines(input, input + carry + 1);
    carry = 0;
  }
  if (inBlock) close(OPEN);
}

function lines(from: usize, end: usize): void {
  let p = from;
  while (p < end) {
    const c = load<u8>(p);
    if (c == NEWLINE) {
      if (inBlock) close(0);
      p++;
      continue;
    }
    if (inBlock && before != NONE) {
      // The line that followed the one before last time follows it again, mostly: no search for its end, no hash.
      const text = load<u32>(followers + (<usize>before << 2));
      const n = textLength(text);
      if (p + n < end && load<u8>(p + n) == NEWLINE && equal(p, textAt(text), n)) {
        add(text);
        before = text;
        p += n + 1;
        continue;
      }
    }
    const q = eol(p);
    let hash = lineHash;
    let e = q;
    if (!keepReturns && load<u8>(q - 1) == RETURN) hash = hashed(p, --e - p);
    if (e - p > longest) {
      e = p + longest;
      hash = hashed(p, longest);
      cut++;
    }
    if (e == p) {
      if (inBlock) close(0);
    } else line(p, e, c, hash);
    p = q + 1;
  }
}

function line(p: usize, e: usize, c: u8, hash: u32): void {
  if (c == 35) {
    if (commentCount == COMMENTS) return;
    store<u32>(comments + (<usize>commentCount << 2), intern(p, e - p, hash));
    commentCount++;
    return;
  }
  if (!inBlock) {
    head(p, e, hash, 0);
    return;
  }
  if (c != TAB) {
    const known = find(p, e - p, hash);
    if (known == NONE || !load<u32>(frames + (<usize>known << 2))) {
      if (timed(p, e)) {
        close(0);
        head(p, e, hash, CONTINUED);
        return;
      }
    }
  }
  const text = intern(p, e - p, hash);
  if (!load<u32>(frames + (<usize>text << 2))) frame(p, e, text);
  if (before != NONE) store<u32>(followers + (<usize>before << 2), text);
  before = text;
  add(text);
}

let timeStart: usize = 0;
let timeDot: usize = 0;
let timeEnd: usize = 0;

// @ts-ignore: decorator
@inline
function digit(p: usize): bool {
  return <u32>load<u8>(p) - 48 < 10;
}

/** Whether a token `digits.digits:` stands in the line after a blank: an event line's time. */
function timed(p: usize, e: usize): bool {
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

/** The number that the digits from `p` to `e` are. */
function value(p: usize, e: usize): u64 {
  let sum: u64 = 0;
  for (; p < e; p++) sum = sum * 10 + (load<u8>(p) - 48);
  return sum;
}

function head(p: usize, e: usize, hash: u32, flag: u32): void {
  newRecord();
  const at = <usize>records << 2;
  inBlock = true;
  before = NONE;
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

/** Where `[cpu]` before the time starts, else where the time does. */
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

/** Reads what follows the time's colon: a period, and the rest as a text. */
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

function close(flag: u32): void {
  const at = <usize>records << 2;
  store<u32>(ends + at, stacked());
  store<u32>(flags + at, load<u32>(flags + at) | flag);
  records++;
  inBlock = false;
}

/** Splits a plain stack line, `  HEX name+0xOFFSET (dso)`, into its frame; whatever is not plain is left whole. */
function frame(p: usize, e: usize, text: u32): void {
  store<u32>(frames + (<usize>text << 2), NONE);
  let q = p;
  while (q < e && (load<u8>(q) == SPACE || load<u8>(q) == TAB)) q++;
  const address = q;
  while (q < e && hex(load<u8>(q))) q++;
  if (address == p || q == address || q - address > 16 || q + 4 >= e || load<u8>(q) != SPACE || load<u8>(e - 1) != 41) return;
  const name = q + 1;
  const dso = dsoBefore(name, e - 1);
  if (!dso) return;
  const nameEnd = offsetBefore(name, dso - 2);
  if (!nameEnd || !plain(load<u8>(name)) || !plain(load<u8>(nameEnd - 1)) || load<u8>(name) == 40) return;
  if (keepUnknown && nameEnd - name == 9 && load<u64>(name) == 0x6e776f6e6b6e755b) return;
  const a = intern(name, nameEnd - name, hashed(name, nameEnd - name));
  const b = intern(dso, e - 1 - dso, hashed(dso, e - 1 - dso));
  store<u32>(frames + (<usize>text << 2), pair(places, a, b) + 1);
}

// @ts-ignore: decorator
@inline
function hex(c: u8): bool {
  return <u32>c - 48 < 10 || <u32>c - 97 < 6;
}

// @ts-ignore: decorator
@inline
function plain(c: u8): bool {
  return c > SPACE && c < 128;
}

/** Where the text in the last ` (` ... `)` starts, if there is no blank or parenthesis in it; else 0. */
function dsoBefore(name: usize, close: usize): usize {
  for (let q = close; q > name + 1; q--) {
    const c = load<u8>(q - 1);
    if (c == 40) return load<u8>(q - 2) == SPACE && q > name + 2 ? q : 0;
    if (c == 41 || c <= SPACE || c > 127) return 0;
  }
  return 0;
}

/** Where the name ends before `+0x` and hex digits, or at `e` without; 0 where the two readings of it would differ. */
function offsetBefore(name: usize, e: usize): usize {
  let q = e;
  while (q > name && hex(load<u8>(q - 1))) q--;
  if (q < e && q - name > 3 && load<u32>(q - 4) >> 8 == 0x78302b) return q - 3;
  for (q = name; q + 2 < e; q++) if ((load<u32>(q) & 0xffffff) == 0x78302b) return 0;
  return e;
}

/** The frame of a text that was interned outside, read as a stack line. */
export function asFrame(text: u32): void {
  if (load<u32>(frames + (<usize>text << 2))) return;
  const n = textLength(text);
  const copy = take(n);
  memory.copy(copy, textAt(text), n);
  frame(copy, copy + n, text);
  heap.free(copy);
}

/** u32 per frame: its name's text, its binary's text. */
export function frameNames(): usize {
  return places.a;
}

export function frameBinaries(): usize {
  return places.b;
}

export function frameCount(): u32 {
  return places.count;
}
