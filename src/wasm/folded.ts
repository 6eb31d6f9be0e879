// Reads folded stacks: lines `a;b;c 12` as paths in a tree of texts. src/lib/sources/folded/plain.ts does the same in
// plain TypeScript; its parser is called for lines with a fraction, with two counts or without a count.
import { ROOT } from './address-stacks';
import { Pairs, pair, startPairs } from './pairs';
import { grown, retake } from './room';
import { hashed, intern } from './texts';

/**
 * Called for a line without a plain count at its end: the length of its stack, or a negative number if the line has no
 * count.
 */
// @ts-ignore: decorator
@external("folded", "odd")
declare function odd(at: usize, length: usize): i32;

const NEWLINE: u8 = 10;
const RETURN: u8 = 13;
const SEMICOLON: v128 = i8x16.splat(59);
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
let nodes: Pairs = changetype<Pairs>(0);

export let foldedRows: u32 = 0;
/** How many lines were longer than the limit and were cut. */
export let foldedCut: u32 = 0;
/** Per row: the count as f64 and the stack as u32. */
export let foldedCounts: usize = 0;
export let foldedStacks: usize = 0;
let room: u32 = 0;

export function startFolded(longestLine: u32): void {
  longest = longestLine;
  nodes = startPairs(1 << 16);
}

export function foldedNodes(): u32 {
  return nodes.count;
}

/** Addresses of two u32 arrays: the parent and the text of each node. */
export function foldedParents(): usize {
  return nodes.a;
}
export function foldedTexts(): usize {
  return nodes.b;
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
  for (let p = input; p < end; ) {
    let q = p;
    while (load<u8>(q) != NEWLINE) q++;
    let e = q > p && load<u8>(q - 1) == RETURN ? q - 1 : q;
    if (e - p > longest) {
      e = p + longest;
      foldedCut++;
    }
    if (e > p) line(p, e);
    p = q + 1;
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
  const length = odd(p, e - p);
  if (length >= 0) push(p, p + <usize>length, 0);
}

/** Adds a row for the stack between `p` and `end`. */
function push(p: usize, end: usize, count: f64): void {
  let node = ROOT;
  let from = p;
  for (let at = p; at < end; at += 16) {
    let found = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), SEMICOLON));
    if (end - at < 16) found &= (<u32>1 << <u32>(end - at)) - 1;
    while (found) {
      const next = at + ctz(found);
      found &= found - 1;
      node = pair(nodes, node, intern(from, next - from, hashed(from, next - from)));
      from = next + 1;
    }
  }
  node = pair(nodes, node, intern(from, end - from, hashed(from, end - from)));
  if (foldedRows == room) {
    room = room ? room * 2 : START;
    foldedCounts = retake(foldedCounts, (<usize>room) * 8);
    foldedStacks = retake(foldedStacks, (<usize>room) * 4);
  }
  store<f64>(foldedCounts + ((<usize>foldedRows) << 3), count);
  store<u32>(foldedStacks + ((<usize>foldedRows) << 2), node);
  foldedRows++;
}
