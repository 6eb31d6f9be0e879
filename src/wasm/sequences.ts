// Sequences of numbers from 1, one behind the other, each with a 0 at its end: stacks of texts, callers first. They are kept
// as they come; sorted at the end they are a tree, which takes less time and memory than a hash table of its nodes.
import { retake } from './room';

/** u32 each. */
export let items: usize = 0;
/** Items in use; whoever writes a sequence moves it on. */
export let used: u32 = 0;
export let sequences: u32 = 0;
let room: u32 = 0;

/** Makes room for so many items. */
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

/** Ends the sequence that is being written; its number. */
// @ts-ignore: decorator
@inline
export function endSequence(): u32 {
  addItem(0);
  return sequences++;
}

/** Leaves so many items and sequences. */
export function keep(count: u32, ofSequences: u32): void {
  used = count;
  sequences = ofSequences;
}
