// Which event a record belongs to, by the id that it carries: of the first one where it says nothing.
import { grown } from './room';

let slots: usize = 0;
let mask: u64 = 0;
let idAt: u32 = 0;
let idFromEnd: u32 = 0;

/** `ids`: how many there will be; `at`: the id's place in a sample, `fromEnd` in other records; 0 where there is none. */
export function startIds(ids: u32, at: u32, fromEnd: u32): void {
  let room: u32 = 64;
  while (room < ids * 4) room *= 2;
  slots = grown(0, 0, <usize>room * 16);
  mask = room - 1;
  idAt = at;
  idFromEnd = fromEnd;
}

// @ts-ignore: decorator
@inline
function slotOf(id: u64): usize {
  let slot = (id * 0x9e3779b97f4a7c15) >> 40;
  while (true) {
    const at = slots + <usize>(slot & mask) * 16;
    const known = load<u32>(at + 8);
    if (!known || load<u64>(at) == id) return at;
    slot++;
  }
}

export function eventId(low: u32, high: u32, event: u32): void {
  const id = ((<u64>high) << 32) | low;
  const at = slotOf(id);
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

/** The event of another record. */
// @ts-ignore: decorator
@inline
export function eventOfOther(at: usize, size: u32): u32 {
  return !idFromEnd || idFromEnd + 8 > size ? 0 : eventOf(at + size - idFromEnd);
}
