// Scans the text of `perf script`: event lines, the stack lines below them, blank lines. TypeScript decides what a line
// means, once per distinct text. src/lib/sources/perf-script/scan-ts.ts does the same in TypeScript.
import { equal, grown, take } from './room';
import { frame, startFrames } from './script-frames';
import { CONTINUED, endRecord, OPEN, startRecord, timed } from './script-records';
import { add, startStacks } from './stacks';
import { eol, find, followers, frames, hashed, intern, lineHash, textAt, textLength } from './texts';

const NONE: u32 = 0xffffffff;
const NEWLINE: u8 = 10;
const RETURN: u8 = 13;
const TAB: u8 = 9;

let keepReturns: bool = false;
let longest: usize = 0;

let input: usize = 0;
let inputRoom: usize = 0;
let carry: usize = 0;
let skipping: bool = false;
export let cut: u32 = 0;

/** The text of the previous line in this block; NONE at its start. */
let before: u32 = NONE;

let inBlock: bool = false;

export let comments: usize = 0;
export let commentCount: u32 = 0;
const COMMENTS: u32 = 4096;

export function startScript(returns: bool, unknown: bool, longestLine: u32): void {
  keepReturns = returns;
  longest = longestLine;
  startFrames(unknown);
  startStacks();
  comments = take(COMMENTS * 4);
}

/** Where to write the next `n` bytes of the file. */
export function space(n: usize): usize {
  if (carry + n + 1 > inputRoom) {
    // Double the size, so that a long line in many small pieces is not copied for each piece.
    const to = carry ? max(carry + n + 1, inputRoom * 2) : carry + n + 1;
    input = grown(input, inputRoom, to);
    inputRoom = to;
  }
  return input + carry;
}

/** Reads the `n` bytes that were written to `space(n)`. */
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

/** Reads a last line without a newline and ends the last block. */
export function ended(): void {
  if (carry) {
    store<u8>(input + carry, NEWLINE);
    lines(input, input + carry + 1);
    carry = 0;
  }
  if (inBlock) endBlock(OPEN);
}

function lines(from: usize, end: usize): void {
  let p = from;
  while (p < end) {
    const c = load<u8>(p);
    if (c == NEWLINE) {
      if (inBlock) endBlock(0);
      p++;
      continue;
    }
    if (inBlock && before != NONE) {
      // Most lines are followed by the same line as last time: compare with it, which saves finding the line's end and
      // hashing it.
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
      if (inBlock) endBlock(0);
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
    startBlock(p, e, hash, 0);
    return;
  }
  if (c != TAB) {
    const known = find(p, e - p, hash);
    if (known == NONE || !load<u32>(frames + (<usize>known << 2))) {
      if (timed(p, e)) {
        endBlock(0);
        startBlock(p, e, hash, CONTINUED);
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

function startBlock(p: usize, e: usize, hash: u32, flag: u32): void {
  startRecord(p, e, hash, flag);
  inBlock = true;
  before = NONE;
}

function endBlock(flag: u32): void {
  endRecord(flag);
  inBlock = false;
}
