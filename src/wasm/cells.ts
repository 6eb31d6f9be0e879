// A hash table of numbers: a cell holds a hash in its low half and a number + 1 in its high half. The caller compares
// what the number stands for.
import { grown } from './room';

/** Open addressing, at most half full. */
@unmanaged
export class Cells {
  at: usize;
  mask: u32;
}

/** A table with room for `room` numbers, a power of two. */
export function newCells(room: u32): Cells {
  const cells = changetype<Cells>(grown(0, 0, offsetof<Cells>()));
  cells.mask = room * 2 - 1;
  cells.at = grown(0, 0, (<usize>room) << 4);
  return cells;
}

/**
 * The cell in a slot, 0 if it is empty. The first slot of a hash is the hash itself; on a collision try the next slot.
 */
// @ts-ignore: decorator
@inline
export function cellAt(cells: Cells, slot: u32): u64 {
  return load<u64>(cells.at + ((<usize>(slot & cells.mask)) << 3));
}

/** The number that a cell holds. */
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

/** Grows the table to `to` numbers, a power of two. */
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

/** Empties the table. */
export function clearCells(cells: Cells): void {
  memory.fill(cells.at, 0, (<usize>cells.mask + 1) << 3);
}
