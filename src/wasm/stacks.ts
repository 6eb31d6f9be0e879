// Distinct sequences of stack lines, innermost first, numbered in order of first appearance. Number 0 is the empty
// sequence.
import { Cells, cellAt, newCells, numberIn, putCell, widenCells } from './cells';
import { equal, grown } from './room';

export let stacks: u32 = 0;
let room: u32 = 0;
/** u32 per stack, and one more: where it starts in `lines`. */
export let bounds: usize = 0;
/** Texts as u32. The stack that is being read lies behind the stored ones. */
export let lines: usize = 0;
let linesRoom: u32 = 0;
let used: u32 = 0;
let at: u32 = 0;
let hash: u64 = 0;
let cells: Cells = changetype<Cells>(0);

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
  if (changetype<usize>(cells)) widenCells(cells, to);
  else cells = newCells(to);
}

/** Appends a line to the stack that is being read. */
// @ts-ignore: decorator
@inline
export function add(text: u32): void {
  if (at == linesRoom) growLines(linesRoom * 2);
  store<u32>(lines + (<usize>at << 2), text);
  at++;
  hash = rotl((hash ^ text) * 0x9e3779b97f4a7c15, 29);
}

/** The number of the stack that was read; starts the next, empty one. */
export function stacked(): u32 {
  const n = (<usize>at - used) << 2;
  const from = lines + (<usize>used << 2);
  const short = <u32>((hash * 0xd6e8feb86659fd93) >> 32);
  at = used;
  hash = 0;
  for (let slot = short; ; slot++) {
    const cell = cellAt(cells, slot);
    if (!cell) break;
    if (<u32>cell != short) continue;
    const place = bounds + ((<usize>numberIn(cell)) << 2);
    const start = load<u32>(place);
    if ((<usize>load<u32>(place + 4) - start) << 2 != n) continue;
    if (equal(from, lines + (<usize>start << 2), n)) return numberIn(cell);
  }
  if (stacks == room) growStacks(room * 2);
  used += <u32>(n >> 2);
  at = used;
  putCell(cells, short, stacks);
  stacks++;
  store<u32>(bounds + (<usize>stacks << 2), used);
  return stacks - 1;
}
