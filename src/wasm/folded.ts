// Reads folded stacks: lines `a;b;c 12` become sequences of texts, and a tree at the end.
// src/lib/sources/folded/read-ts.ts does the same in TypeScript; its parser is called for lines with a fraction,
// with two counts or without a count.
import { forgetLine, stackBetween } from './folded-stacks';
import { BLOCK, orderAll, startOrder } from './sequence-order';
import { crowded, dropRepeats, renumbered, startRepeats } from './sequence-repeats';
import { endOf, placeElements, startTree } from './sequence-tree';
import { sequences } from './sequences';
import { grown, retake } from './room';
import { count as texts } from './texts';

/**
 * Called for a line without a plain count at its end: the length of its stack, or a negative number if the line has no
 * count.
 */
// @ts-ignore: decorator
@external("folded", "stackLength")
declare function stackLength(at: usize, length: usize): i32;

const NEWLINE: v128 = i8x16.splat(10);
const RETURN: u8 = 13;
const START: u32 = 1 << 14;
/**
 * A double holds counts of up to 15 digits exactly. A second count is searched in the 40 characters before the last
 * one.
 */
const DIGITS: usize = 15;
const FAR: usize = 40;

let longest: usize = 0;
let input: usize = 0;
let inputRoom: usize = 0;

export let foldedRows: u32 = 0;
/** How many lines were longer than the limit and were cut. */
export let foldedCut: u32 = 0;
/**
 * Per row: the count as f64 and the stack as u32, which is the number of a sequence and, at the end, of a node of the
 * tree.
 */
export let foldedCounts: usize = 0;
export let foldedStacks: usize = 0;
let room: u32 = 0;

/** Repeated stacks are dropped for the first time when `limit` frames are stored. */
export function startFolded(longestLine: u32, limit: u32): void {
  longest = longestLine;
  startRepeats(limit);
}

/** Where to write the next `n` bytes: whole lines, each ending in a newline. */
export function foldedSpace(n: usize): usize {
  if (n > inputRoom) {
    input = grown(input, inputRoom, n);
    inputRoom = n;
  }
  return input;
}

/** Reads the `n` bytes that were written to `foldedSpace(n)`. */
export function foldedLines(n: usize): void {
  const end = input + n;
  forgetLine();
  for (let p = input; p < end; ) {
    const q = newlineFrom(p);
    let e = q > p && load<u8>(q - 1) == RETURN ? q - 1 : q;
    if (e - p > longest) {
      e = p + longest;
      foldedCut++;
    }
    if (e > p) line(p, e);
    p = q + 1;
  }
}

function newlineFrom(p: usize): usize {
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(p), NEWLINE));
    if (found) return p + ctz(found);
    p += 16;
  }
}

// @ts-ignore: decorator
@inline
function blank(p: usize): bool {
  const c = load<u8>(p);
  return c == 32 || c == 9;
}

// @ts-ignore: decorator
@inline
function digit(p: usize): bool {
  return <u32>load<u8>(p) - 48 < 10;
}

/** Whether a byte may be part of a number: digits, '+', '-', '.', 'E', 'e'. */
// @ts-ignore: decorator
@inline
function numeric(p: usize): bool {
  const c = load<u8>(p);
  return <u32>c - 48 < 10 || (c | 32) == 101 || c == 43 || c == 45 || c == 46;
}

/** Whether the last word before `end` may be a count as well. */
function second(p: usize, end: usize): bool {
  const least = end - p > FAR ? end - FAR : p;
  let q = end;
  while (q > least && numeric(q - 1)) q--;
  return q < end && q > p && blank(q - 1);
}

function line(p: usize, e: usize): void {
  if (load<u16>(p) == 0x2023 && e - p > 1) return;
  let to = e;
  while (to > p && blank(to - 1)) to--;
  let from = to;
  while (from > p && digit(from - 1)) from--;
  if (from == to || to - from > DIGITS || from == p || !blank(from - 1)) return ask(p, e);
  let end = from;
  while (end > p && blank(end - 1)) end--;
  if (end == p || second(p, end)) return ask(p, e);
  let count: u64 = 0;
  for (let q = from; q < to; q++) count = count * 10 + (load<u8>(q) - 48);
  push(p, end, <f64>count);
}

function ask(p: usize, e: usize): void {
  const length = stackLength(p, e - p);
  if (length >= 0) push(p, p + <usize>length, 0);
}

/** Adds a row for the stack between `p` and `end`. */
function push(p: usize, end: usize, count: f64): void {
  if (crowded()) forgetRepeats();
  if (foldedRows == room) {
    room = room ? room * 2 : START;
    foldedCounts = retake(foldedCounts, (<usize>room) * 8);
    foldedStacks = retake(foldedStacks, (<usize>room) * 4);
  }
  store<f64>(foldedCounts + ((<usize>foldedRows) << 3), count);
  store<u32>(foldedStacks + ((<usize>foldedRows) << 2), stackBetween(p, end));
  foldedRows++;
}

function forgetRepeats(): void {
  dropRepeats(texts);
  forgetLine();
  for (let row: usize = 0; row < foldedRows; row++) {
    const at = foldedStacks + (row << 2);
    store<u32>(at, load<u32>(renumbered + ((<usize>load<u32>(at)) << 2)));
  }
}

/** Builds the tree. `orderOf`: u32 per text, the number of its frame in the order of siblings, below `largest`. */
export function foldedTree(orderOf: usize, largest: u32): void {
  startOrder(largest);
  orderAll(orderOf);
  startTree();
  for (let left = sequences; left; ) {
    const n = min(left, BLOCK);
    placeElements(n);
    left -= n;
  }
  for (let row: usize = 0; row < foldedRows; row++) {
    const at = foldedStacks + (row << 2);
    store<u32>(at, endOf(load<u32>(at)));
  }
}
