// Finds the event of a record by the id that the record carries; records without an id belong to the first event.
import { mixed } from './hash';
import { grown } from './room';

/** Hash table: each cell holds an id and its event + 1; at most a quarter full. */
let slots: usize = 0;
let room: u32 = 0;
let count: u32 = 0;
let idAt: u32 = 0;
let idFromEnd: u32 = 0;

/** Sets where samples hold the id, and where other records hold it, counted from their end; 0 if there is none. */
export function startIds(at: u32, fromEnd: u32): void {
  if (!slots) widen(64);
  idAt = at;
  idFromEnd = fromEnd;
}

function widen(to: u32): void {
  const old = slots;
  const had = room;
  room = to;
  slots = grown(0, 0, (<usize>to) * 16);
  for (let i: u32 = 0; i < had; i++) {
    const from = old + ((<usize>i) << 4);
    if (load<u32>(from + 8)) memory.copy(slotOf(load<u64>(from)), from, 12);
  }
  if (old) heap.free(old);
}

// @ts-ignore: decorator
@inline
function slotOf(id: u64): usize {
  let slot = mixed(id);
  while (true) {
    const at = slots + <usize>(slot & (room - 1)) * 16;
    const known = load<u32>(at + 8);
    if (!known || load<u64>(at) == id) return at;
    slot++;
  }
}

/** Assigns an id to an event; an earlier assignment of the same id is replaced. */
export function eventId(low: u32, high: u32, event: u32): void {
  if (count * 4 >= room) widen(room * 2);
  const id = ((<u64>high) << 32) | low;
  const at = slotOf(id);
  if (!load<u32>(at + 8)) count++;
  store<u64>(at, id);
  store<u32>(at + 8, event + 1);
}

// @ts-ignore: decorator
@inline
function eventOf(at: usize): u32 {
  const known = load<u32>(slotOf(load<u64>(at)) + 8);
  return known ? known - 1 : 0;
}

/** The event of a sample of `size` bytes. */
// @ts-ignore: decorator
@inline
export function eventAt(at: usize, size: u32): u32 {
  return !idAt || idAt + 8 > size ? 0 : eventOf(at + idAt);
}

/** The event of a record that is not a sample. */
// @ts-ignore: decorator
@inline
export function eventOfOther(at: usize, size: u32): u32 {
  return !idFromEnd || idFromEnd + 8 > size ? 0 : eventOf(at + size - idFromEnd);
}
