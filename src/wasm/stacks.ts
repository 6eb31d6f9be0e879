// Distinct sequences of stack lines, leaf first, numbered in order of first appearance. Number 0 is the empty one.
import { equal, grown, SLACK } from './room';

export let stacks: u32 = 0;
let room: u32 = 0;
/** u32 per stack and one more: where it starts in `lines`. */
export let bounds: usize = 0;
/** u32 each: texts. The stack being read lies behind the known ones. */
export let lines: usize = 0;
let linesRoom: u32 = 0;
let used: u32 = 0;
let at: u32 = 0;
let hash: u64 = 0;
let slots: usize = 0;
let mask: u32 = 0;

export function startStacks(): void {
  growLines(1 << 20);
  growStacks(1 << 15);
  stacked();
}

function growLines(to: u32): void {
  lines = grown(lines, (<usize>linesRoom) * 4, (<usize>to) * 4);
  linesRoom = to;
}

function growStacks(to: u32): void {
  bounds = grown(bounds, room ? (<usize>room + 1) * 4 : 0, (<usize>to + 1) * 4);
  room = to;
  const old = slots;
  const oldCells: u32 = old ? mask + 1 : 0;
  mask = to * 2 - 1;
  slots = grown(0, 0, (<usize>to) * 16);
  for (let i: u32 = 0; i < oldCells; i++) {
    const cell = load<u64>(old + (<usize>i << 3));
    if (!cell) continue;
    let slot = <u32>cell & mask;
    while (load<u64>(slots + (<usize>slot << 3))) slot = (slot + 1) & mask;
    store<u64>(slots + (<usize>slot << 3), cell);
  }
  if (old) heap.free(old);
}

/** Appends a line to the stack being read. */
// @ts-ignore: decorator
@inline
export function add(text: u32): void {
  if (at == linesRoom) growLines(linesRoom * 2);
  store<u32>(lines + (<usize>at << 2), text);
  at++;
  hash = rotl((hash ^ text) * 0x9e3779b97f4a7c15, 29);
}

/** The number of the stack that was read; the next one starts empty. */
export function stacked(): u32 {
  const n = (<usize>at - used) << 2;
  const from = lines + (<usize>used << 2);
  const short = <u32>((hash * 0xd6e8feb86659fd93) >> 32);
  at = used;
  hash = 0;
  let slot = short & mask;
  while (true) {
    const cell = load<u64>(slots + (<usize>slot << 3));
    if (!cell) break;
    if (<u32>cell == short) {
      const id = <u32>(cell >> 32) - 1;
      const start = load<u32>(bounds + (<usize>id << 2));
      if ((<usize>load<u32>(bounds + (<usize>id << 2) + 4) - start) << 2 == n) {
        if (equal(from, lines + (<usize>start << 2), n)) return id;
      }
    }
    slot = (slot + 1) & mask;
  }
  if (stacks == room) {
    growStacks(room * 2);
    slot = short & mask;
    while (load<u64>(slots + (<usize>slot << 3))) slot = (slot + 1) & mask;
  }
  used += <u32>(n >> 2);
  at = used;
  stacks++;
  store<u32>(bounds + (<usize>stacks << 2), used);
  store<u64>(slots + (<usize>slot << 3), ((<u64>stacks) << 32) | short);
  return stacks - 1;
}
