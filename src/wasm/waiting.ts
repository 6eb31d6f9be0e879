// Sorts records of many ring buffers by time: records wait in their blocks until a FINISHED_ROUND record guarantees
// that nothing older follows, as in src/lib/sources/perf-data/order.ts.
import { addRecord, current, dropRecord, freeBlocks } from './blocks';
import { grown, take } from './room';

@unmanaged
class Waiting {
  time: u64;
  at: u32;
  block: u32;
}
const WAITING: usize = 16;

let waiting: usize = 0;
let spare: usize = 0;
let room: u32 = 0;
let size: u32 = 0;
let newest: u64 = 0;
let limit: u64 = 0;
/** Where each ascending run of waiting records begins. */
let runs: usize = 0;
let runRoom: u32 = 0;

/** Queues a record of the current block. */
export function wait(time: u64, at: usize): void {
  if (size == room) {
    const to = room ? room * 2 : 1 << 14;
    waiting = grown(waiting, (<usize>room) * WAITING, (<usize>to) * WAITING);
    if (spare) heap.free(spare);
    spare = take((<usize>to) * WAITING);
    room = to;
  }
  const each = changetype<Waiting>(waiting + (<usize>size) * WAITING);
  each.time = time;
  each.at = <u32>at;
  each.block = current;
  size++;
  addRecord(current);
  if (time > newest) newest = time;
}

// @ts-ignore: decorator
@inline
function timeAt(i: u32): u64 {
  return load<u64>(waiting + ((<usize>i) << 4));
}

/** Finds where the runs begin, and where the last one ends; returns the number of runs. */
function findRuns(): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i <= size; i++) {
    if (i && i < size && timeAt(i) >= timeAt(i - 1)) continue;
    if (count == runRoom) {
      const to = runRoom ? runRoom * 2 : 256;
      runs = grown(runs, (<usize>runRoom) * 4, (<usize>to) * 4);
      runRoom = to;
    }
    store<u32>(runs + ((<usize>count) << 2), i);
    count++;
  }
  return count - 1;
}

// @ts-ignore: decorator
@inline
function run(i: u32): usize {
  return (<usize>load<u32>(runs + ((<usize>i) << 2))) << 4;
}

// @ts-ignore: decorator
@inline
function copyOne(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
}

/**
 * Merges the runs [a, b) and [b, end) (offsets in bytes) into the spare array; of records with equal times, the first
 * stays first.
 */
function merge(a: usize, b: usize, end: usize): void {
  let i = waiting + a;
  let j = waiting + b;
  let to = spare + a;
  const iEnd = waiting + b;
  const jEnd = waiting + end;
  while (i < iEnd && j < jEnd) {
    if (load<u64>(i) <= load<u64>(j)) {
      copyOne(to, i);
      i += WAITING;
    } else {
      copyOne(to, j);
      j += WAITING;
    }
    to += WAITING;
  }
  memory.copy(to, i, iEnd - i);
  memory.copy(to + (iEnd - i), j, jEnd - j);
}

/** Sorts the waiting records: a natural merge sort, stable. */
function sort(): void {
  for (let count = findRuns(); count > 1; count = (count + 1) >> 1) {
    let made: u32 = 0;
    for (let i: u32 = 0; i < count; i += 2) {
      const a = run(i);
      const b = run(i + 1);
      const end = i + 1 < count ? run(i + 2) : b;
      if (end > b) merge(a, b, end);
      else memory.copy(spare + a, waiting + a, b - a);
      store<u32>(runs + ((<usize>made) << 2), <u32>(a >> 4));
      made++;
    }
    store<u32>(runs + ((<usize>made) << 2), size);
    const old = waiting;
    waiting = spare;
    spare = old;
  }
}

/** The next due record: its address and its time. */
export let dueAt: usize = 0;
export let dueTime: u64 = 0;
let next: u32 = 0;
let until: u64 = 0;

function begin(to: u64): void {
  sort();
  next = 0;
  until = to;
}

/** A round is finished: records not newer than the newest record of the previous round are due. */
export function startRound(): void {
  begin(limit);
  limit = newest;
}

/** Makes all waiting records due. */
export function startRest(): void {
  begin(u64.MAX_VALUE);
}

/** Takes the next due record. False if there is none; the records that are not due then move to the front, in order. */
// @ts-ignore: decorator
@inline
export function takeDue(): bool {
  if (next < size && timeAt(next) <= until) {
    const each = changetype<Waiting>(waiting + ((<usize>next) << 4));
    dueAt = each.at;
    dueTime = each.time;
    dropRecord(each.block);
    next++;
    return true;
  }
  settle();
  return false;
}

function settle(): void {
  memory.copy(waiting, waiting + ((<usize>next) << 4), (<usize>(size - next)) << 4);
  size -= next;
  next = 0;
  freeBlocks();
}
