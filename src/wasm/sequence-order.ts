// Sorts sequences item by item; a sequence that is a prefix of others comes before them.
import { itemAt, sequences } from './sequences';
import { retake, take } from './room';

/** 16 bytes per sequence: its current sort key as u64, the offset of its first item as u32, its number as u32. */
let elements: usize = 0;
/** How many sequences were taken, and the offset after them. */
let taken: u32 = 0;
let place: u32 = 0;
/** Bits per item, and items per key. */
let bits: u32 = 32;
let each: u32 = 2;
/** Queue of ranges of equal elements: u32 from, u32 to, and the number of compared items. */
let parts: usize = 0;
let partsRoom: u32 = 0;
let waiting: u32 = 0;
/** Two tables of 256 u32 per recursion level of `byDigits`. */
let tables: usize = 0;
/** Sequences per call: V8 optimizes a function when it is called again, not while it runs. */
export const BLOCK: u32 = 1 << 12;
/** Smaller ranges are sorted by insertion. */
const FEW: u32 = 24;

// @ts-ignore: decorator
@inline
export function elementOf(at: u32): usize {
  return elements + ((<usize>at) << 4);
}

/** Starts to sort all sequences; their items are at most `largest`. */
export function startOrder(largest: u32): void {
  bits = max(32 - <u32>clz(largest), 1);
  each = min(64 / bits, 64);
  elements = retake(elements, (<usize>sequences) << 4);
  if (!tables) tables = take(10 * 2048);
  taken = 0;
  place = 0;
}

/** The items from `at` on as a key; its last item is 0 if the sequence has ended. */
// @ts-ignore: decorator
@inline
function keyFrom(at: usize): u64 {
  let key: u64 = 0;
  for (let left = each; left > 0; left--) {
    const item = load<u32>(at);
    if (!item) return left == each ? 0 : key << (<u64>(bits * left));
    key = (key << (<u64>bits)) | item;
    at += 4;
  }
  return key;
}

/** Takes the next `n` sequences. `orderOf` (0: none) maps items: each item is replaced by `orderOf[item - 1] + 1`. */
export function takeElements(n: u32, orderOf: usize): void {
  for (const end = taken + n; taken < end; taken++) {
    const at = itemAt(place);
    let p = at;
    for (let item = load<u32>(p); item; item = load<u32>(p)) {
      if (orderOf) store<u32>(p, load<u32>(orderOf + ((<usize>(item - 1)) << 2)) + 1);
      p += 4;
    }
    const element = elementOf(taken);
    store<u64>(element, keyFrom(at));
    store<u32>(element, place, 8);
    store<u32>(element, taken, 12);
    place += <u32>((p - at) >> 2) + 1;
  }
}

/** Sorts all sequences; `orderOf` as above. */
export function orderAll(orderOf: usize): void {
  while (taken < sequences) takeElements(min(sequences - taken, BLOCK), orderOf);
  waiting = 0;
  orderPart(0, taken, 0);
  while (waiting) {
    waiting--;
    const at = parts + <usize>waiting * 12;
    orderPart(load<u32>(at), load<u32>(at, 4), load<u32>(at, 8));
  }
}

/**
 * Sorts a range by the items after the first `compared`. Elements that are still equal and have more items are queued.
 */
export function orderPart(from: u32, to: u32, compared: u32): void {
  if (compared) {
    for (let i = from; i < to; i++) {
      const element = elementOf(i);
      store<u64>(element, keyFrom(itemAt(load<u32>(element, 8) + compared)));
    }
  }
  if (!inOrder(from, to)) byDigits(from, to, 0);
  const last: u64 = ((<u64>1) << (<u64>bits)) - 1;
  for (let i = from; i < to; ) {
    const key = load<u64>(elementOf(i));
    let end = i + 1;
    while (end < to && load<u64>(elementOf(end)) == key) end++;
    if (end - i > 1 && key & last) wait(i, end, compared + each);
    i = end;
  }
}

function wait(from: u32, to: u32, compared: u32): void {
  if (waiting == partsRoom) {
    partsRoom = max(partsRoom * 2, 1 << 10);
    parts = retake(parts, <usize>partsRoom * 12);
  }
  const at = parts + <usize>waiting * 12;
  store<u32>(at, from);
  store<u32>(at, to, 4);
  store<u32>(at, compared, 8);
  waiting++;
}

function inOrder(from: u32, to: u32): bool {
  for (let i = from + 1; i < to; i++) if (load<u64>(elementOf(i)) < load<u64>(elementOf(i - 1))) return false;
  return true;
}

/** Radix sort by the highest eight bits that differ, in place, then recursively in each of the 256 ranges. */
function byDigits(from: u32, to: u32, level: u32): void {
  if (to - from < FEW) return byInsertion(from, to);
  const first = load<u64>(elementOf(from));
  let differ: u64 = 0;
  for (let i = from + 1; i < to; i++) differ |= load<u64>(elementOf(i)) ^ first;
  if (!differ) return;
  const top = 63 - clz(differ);
  const shift: u64 = top > 7 ? top - 7 : 0;
  const heads = tables + ((<usize>level) << 11);
  const ends = heads + 1024;
  memory.fill(ends, 0, 1024);
  for (let i = from; i < to; i++) {
    const at = ends + ((<usize>(load<u64>(elementOf(i)) >> shift) & 255) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let sum = from;
  for (let digit: usize = 0; digit < 1024; digit += 4) {
    store<u32>(heads + digit, sum);
    sum += load<u32>(ends + digit);
    store<u32>(ends + digit, sum);
  }
  for (let digit: usize = 0; digit < 1024; digit += 4) {
    for (let i = load<u32>(heads + digit); i < load<u32>(ends + digit); ) {
      const element = elementOf(i);
      const its = (<usize>(load<u64>(element) >> shift) & 255) << 2;
      if (its == digit) i++;
      else {
        const at = load<u32>(heads + its);
        store<u32>(heads + its, at + 1);
        const other = v128.load(elementOf(at));
        v128.store(elementOf(at), v128.load(element));
        v128.store(element, other);
      }
    }
  }
  if (shift == 0) return;
  let start = from;
  for (let digit: usize = 0; digit < 1024; digit += 4) {
    const end = load<u32>(ends + digit);
    if (end - start > 1) byDigits(start, end, level + 1);
    start = end;
  }
}

function byInsertion(from: u32, to: u32): void {
  for (let i = from + 1; i < to; i++) {
    const element = v128.load(elementOf(i));
    const key = load<u64>(elementOf(i));
    let at = i;
    for (; at > from && load<u64>(elementOf(at - 1)) > key; at--) v128.store(elementOf(at), v128.load(elementOf(at - 1)));
    v128.store(elementOf(at), element);
  }
}
