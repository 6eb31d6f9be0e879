// A hash table of numbers: a cell holds a hash and, above it, a number + 1. Whoever looks compares what the number stands for.
import { grown } from './room';

/** Open addressing, half full at most. */
@unmanaged
export class Cells {
  at: usize;
  mask: u32;
}

/** Room for so many numbers, a power of two. */
export function newCells(room: u32): Cells {
  const cells = changetype<Cells>(grown(0, 0, offsetof<Cells>()));
  cells.mask = room * 2 - 1;
  cells.at = grown(0, 0, (<usize>room) << 4);
  return cells;
}

/** The cell of a slot, 0 where there is none. The first slot of a hash is the hash itself, the next one comes after it. */
// @ts-ignore: decorator
@inline
export function cellAt(cells: Cells, slot: u32): u64 {
  return load<u64>(cells.at + ((<usize>(slot & cells.mask)) << 3));
}

/** The number of a cell. */
// @ts-ignore: decorator
@inline
export function numberIn(cell: u64): u32 {
  return <u32>(cell >> 32) - 1;
}

export function putCell(cells: Cells, hash: u32, number: u32): void {
  place(cells, (((<u64>number) + 1) << 32) | hash);
}

function place(cells: Cells, cell: u64): void {
  let slot = <u32>cell;
  while (cellAt(cells, slot)) slot++;
  store<u64>(cells.at + ((<usize>(slot & cells.mask)) << 3), cell);
}

/** Room for so many numbers, a power of two. */
export function widenCells(cells: Cells, room: u32): void {
  const old = cells.at;
  const had = cells.mask + 1;
  cells.mask = room * 2 - 1;
  cells.at = grown(0, 0, (<usize>room) << 4);
  for (let i: u32 = 0; i < had; i++) {
    const cell = load<u64>(old + ((<usize>i) << 3));
    if (cell) place(cells, cell);
  }
  heap.free(old);
}

/** Forgets everything. */
export function clearCells(cells: Cells): void {
  memory.fill(cells.at, 0, (<usize>cells.mask + 1) << 3);
}
