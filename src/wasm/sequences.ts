// Sequences of numbers from 1, stored one after the other, each ending in a 0: stacks of texts, callers first. They are
// stored in the order of the file and sorted into a tree at the end, which takes less time and memory than a hash table
// of tree nodes.
import { retake } from './room';

/** Array of u32. */
export let items: usize = 0;
/** How many items are used; code that writes a sequence advances it. */
export let used: u32 = 0;
export let sequences: u32 = 0;
let room: u32 = 0;

/** Makes room for `n` more items. */
// @ts-ignore: decorator
@inline
export function reserve(n: u32): void {
  if (used + n > room) widen(n);
}

function widen(n: u32): void {
  room = max(max(room * 2, used + n), 1 << 20);
  items = retake(items, (<usize>room) << 2);
}

// @ts-ignore: decorator
@inline
export function itemAt(place: u32): usize {
  return items + ((<usize>place) << 2);
}

/** Adds an item to the sequence that is being written. */
// @ts-ignore: decorator
@inline
export function addItem(item: u32): void {
  store<u32>(itemAt(used), item);
  used++;
}

/** Ends the sequence that is being written; returns its number. */
// @ts-ignore: decorator
@inline
export function endSequence(): u32 {
  addItem(0);
  return sequences++;
}

/** Sets the numbers of items and sequences after `dropRepeats` has moved them. */
export function keep(count: u32, ofSequences: u32): void {
  used = count;
  sequences = ofSequences;
}
