// Memory blocks that hold records until all records of the block are processed.
import { grown, take } from './room';

/** A block is freed when all of its records are processed and it is sealed: no more records will be added. */
@unmanaged
class Block {
  memory: usize;
  bytes: u32;
  records: u32;
  sealed: u32;
  /** In a finished or unused block: the index + 1 of the next such block (a linked list). */
  next: u32;
}
const BLOCK: usize = 20;

/** Limit of memory for waiting blocks. Files without FINISHED_ROUND records are sorted by time within this much. */
const MOST_WAITING: u64 = 1 << 30;

let blocks: usize = 0;
let blockRoom: u32 = 0;
let blockCount: u32 = 0;
let freed: u32 = 0;
let over: u32 = 0;
let held: u64 = 0;
/** The block whose records are being walked. */
export let current: u32 = 0;
/** Set when the limit was exceeded: records of the file may then be out of order. */
export let overflowed: u32 = 0;

// @ts-ignore: decorator
@inline
function blockAt(i: u32): Block {
  return changetype<Block>(blocks + (<usize>i) * BLOCK);
}

/** Allocates a block for records; the next walk reads it. */
export function profileBlock(bytes: u32): usize {
  let i: u32;
  if (freed) {
    i = freed - 1;
    freed = blockAt(i).next;
  } else {
    if (blockCount == blockRoom) {
      const to = blockRoom ? blockRoom * 2 : 64;
      blocks = grown(blocks, (<usize>blockRoom) * BLOCK, (<usize>to) * BLOCK);
      blockRoom = to;
    }
    i = blockCount++;
  }
  const block = blockAt(i);
  block.memory = take(bytes);
  block.bytes = bytes;
  block.records = 0;
  block.sealed = 0;
  held += bytes;
  current = i;
  return block.memory;
}

function free(i: u32): void {
  const block = blockAt(i);
  heap.free(block.memory);
  held -= block.bytes;
  block.next = freed;
  freed = i + 1;
}

/** Counts a record that waits in a block. */
// @ts-ignore: decorator
@inline
export function addRecord(i: u32): void {
  blockAt(i).records++;
}

/** A record of the block was processed. Its memory stays readable until `freeBlocks`. */
// @ts-ignore: decorator
@inline
export function dropRecord(i: u32): void {
  const block = blockAt(i);
  if (--block.records || !block.sealed) return;
  block.next = over;
  over = i + 1;
}

/** Frees finished blocks. */
export function freeBlocks(): void {
  while (over) {
    const i = over - 1;
    over = blockAt(i).next;
    free(i);
  }
}

/** Says that the current block is complete; true when waiting blocks exceed the limit. */
export function sealBlock(): bool {
  const block = blockAt(current);
  block.sealed = 1;
  if (!block.records) free(current);
  if (held <= MOST_WAITING) return false;
  overflowed = 1;
  return true;
}
