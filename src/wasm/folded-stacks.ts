// Reads the stacks of folded lines as sequences of texts. Frames that a stack shares with the previous line are not
// read again.
import { addItem, endSequence, itemAt, reserve, used } from './sequences';
import { retake } from './room';
import { hashed, intern } from './texts';

const SEMICOLON: v128 = i8x16.splat(59);

/**
 * The previous line's stack: its position, its first item, and where each of its frames ends (u32 each, relative to
 * `stack`).
 */
let stack: usize = 0;
let stackLength: usize = 0;
let first: u32 = 0;
let frames: u32 = 0;
let ends: usize = 0;
let endsRoom: usize = 0;

/** Call it when the previous line was overwritten or its sequence was moved. */
export function forgetLine(): void {
  frames = 0;
}

/** How many outermost frames the stack of `length` bytes at `p` shares with the previous one. */
function shared(p: usize, length: usize): u32 {
  if (!frames) return 0;
  const most = min(length, stackLength);
  let same: usize = 0;
  while (same < most) {
    const differ = ~i8x16.bitmask(i8x16.eq(v128.load(p + same), v128.load(stack + same))) & 0xffff;
    if (differ) {
      same += ctz(differ);
      break;
    }
    same += 16;
  }
  same = min(same, most);
  let count: u32 = 0;
  while (count < frames - 1 && load<u32>(ends + ((<usize>count) << 2)) < <u32>same) count++;
  return count;
}

// @ts-ignore: decorator
@inline
function frame(p: usize, from: usize, end: usize): void {
  addItem(intern(from, end - from, hashed(from, end - from)) + 1);
  store<u32>(ends + ((<usize>frames) << 2), <u32>(end - p));
  frames++;
}

/** The number of the sequence for the stack between `p` and `end`. */
export function stackBetween(p: usize, end: usize): u32 {
  const length = end - p;
  if (length >= endsRoom) {
    endsRoom = max(endsRoom * 2, length + 1);
    ends = retake(ends, endsRoom << 2);
  }
  reserve(<u32>length + 2);
  const known = shared(p, length);
  const to = used;
  for (let i: u32 = 0; i < known; i++) addItem(load<u32>(itemAt(first + i)));
  first = to;
  frames = known;
  let from = known ? p + load<u32>(ends + ((<usize>(known - 1)) << 2)) + 1 : p;
  for (let at = from; at < end; at += 16) {
    let found = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), SEMICOLON));
    if (end - at < 16) found &= (<u32>1 << <u32>(end - at)) - 1;
    while (found) {
      const next = at + ctz(found);
      found &= found - 1;
      frame(p, from, next);
      from = next + 1;
    }
  }
  frame(p, from, end);
  stack = p;
  stackLength = length;
  return endSequence();
}
