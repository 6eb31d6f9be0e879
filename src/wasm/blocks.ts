// Memory that records lie in until all of them have had their turn.
import { grown, take } from './room';

/** Given back when all of its records have gone and none will come. */
@unmanaged
class Block {
  memory: usize;
  bytes: u32;
  records: u32;
  sealed: u32;
  /** Of one that is over, or not in use: the next such, + 1. */
  next: u32;
}
const BLOCK: usize = 20;

/** How many bytes of blocks may wait: files without rounds are put in order within this much. */
const MOST_WAITING: u64 = 1 << 30;

let blocks: usize = 0;
let blockRoom: u32 = 0;
let blockCount: u32 = 0;
let freed: u32 = 0;
let over: u32 = 0;
let held: u64 = 0;
/** The block whose records are walked. */
export let current: u32 = 0;
/** Set when more was waiting than is kept: order within the file may be off. */
export let overflowed: u32 = 0;

// @ts-ignore: decorator
@inline
function blockAt(i: u32): Block {
  return changetype<Block>(blocks + (<usize>i) * BLOCK);
}

/** Room for a block of records, which are walked next. */
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

/** A record of a block waits. */
// @ts-ignore: decorator
@inline
export function addRecord(i: u32): void {
  blockAt(i).records++;
}

/** One has gone, though it may still be looked at until `freeBlocks`. */
// @ts-ignore: decorator
@inline
export function dropRecord(i: u32): void {
  const block = blockAt(i);
  if (--block.records || !block.sealed) return;
  block.next = over;
  over = i + 1;
}

/** Gives back what is over. */
export function freeBlocks(): void {
  while (over) {
    const i = over - 1;
    over = blockAt(i).next;
    free(i);
  }
}

/** No more records of the current block come; true when too much waits. */
export function sealBlock(): bool {
  const block = blockAt(current);
  block.sealed = 1;
  if (!block.records) free(current);
  if (held <= MOST_WAITING) return false;
  overflowed = 1;
  return true;
}
