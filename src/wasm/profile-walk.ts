// Reads records of a perf.data file into rows of samples, in order of time. TypeScript says where the fields of each
// event lie and handles rare records. On anything unusual the walk stops, and the reader in TypeScript reads the file.
import { NOTHING } from './numbers';
import { ROOT, nodeOf, startAddressStacks } from './address-stacks';
import { sealBlock } from './blocks';
import { startChainCache } from './chain-cache';
import { placeIn, stackOf } from './chains';
import { eventAt, eventOfOther } from './event-ids';
import { addRow } from './profile-rows';
import { grown } from './room';
import { MMAP, MMAP2, farAway, takeRecord, noteDistance, startTasks, takeFork, takeMapping, takeName } from './profile-tasks';
import { shapeOf, startShapes } from './profile-shapes';
import { nameOfThread, spaceOf, startProcesses } from './processes';
import { dueAt, dueTime, startRest, startRound, takeDue, wait } from './waiting';

/**
 * Why a walk ended. MORE: the block is finished; ASK: TypeScript must handle the next record; ODD: capture-ts.ts
 * must read the file.
 */
const MORE: u32 = 0;
const ASK: u32 = 1;
const ODD: u32 = 2;

const LOST: u32 = 2;
const COMM: u32 = 3;
const FORK: u32 = 7;
const SAMPLE: u32 = 9;
const LOST_SAMPLES: u32 = 13;
const KSYMBOL: u32 = 17;
const USER: u32 = 64;
const FINISHED_ROUND: u32 = 68;

const NO_TIME: u32 = 1;
const NO_CPU: u32 = 2;
const NO_THREAD: u32 = 4;

let ordered: bool = false;
let base: u64 = 0;
/** Where the walk ended, and how many records were shorter than their contents need. */
export let profilePlace: usize = 0;
export let damaged: u32 = 0;
/** Counts of records by type, u32 each. */
export let recordCounts: usize = 0;

export function startProfile(): void {
  startShapes();
  recordCounts = grown(0, 0, 256 * 4);
  startProcesses();
  startTasks();
  startAddressStacks();
  startChainCache();
}

/** Whether all records have times, so that they can be sorted. */
export function profileOrdered(yes: u32): void {
  ordered = yes != 0;
}

/** The first time in the file, in ns. */
export function profileBase(): u64 {
  return base;
}

/** The time of a record; 0 if it has none. */
// @ts-ignore: decorator
@inline
function timeOf(at: usize, type: u32, size: u32): u64 {
  const sample = type == SAMPLE;
  const shape = shapeOf(sample ? eventAt(at, size) : eventOfOther(at, size));
  if (!changetype<usize>(shape)) return 0;
  const place = sample ? shape.time : shape.timeFromEnd < 0 ? -1 : <i32>size - shape.timeFromEnd;
  if (place < 8 || <u32>place + 8 > size) return 0;
  const time = load<u64>(at + place);
  if (!(time + 1)) return 0;
  if (!base) base = time;
  noteDistance(time > base ? time - base : base - time);
  return time;
}

/** Time in ns since the first time in the file. */
// @ts-ignore: decorator
@inline
function since(time: u64): f64 {
  return <f64>(<i64>(time - base));
}

/** Adds a sample's row; false if the sample is too short for its fields. */
function takeSample(at: usize, size: u32, time: u64): bool {
  const event = eventAt(at, size);
  const shape = shapeOf(event);
  if (!changetype<usize>(shape)) return false;
  let rest = shape.rest;
  if (rest > size) return false;
  const hasThread = shape.tid >= 0;
  const pid = hasThread ? load<u32>(at + shape.tid) : NOTHING;
  const tid = hasThread ? load<u32>(at + shape.tid + 4) : NOTHING;
  const mode = <u32>load<u16>(at + 4) & 7;
  let stack = ROOT;
  if (shape.callchain) {
    if (rest + 8 > size) return false;
    const count = load<u64>(at + rest);
    rest += 8;
    if (count > <u64>((size - rest) >> 3)) return false;
    if (count) stack = stackOf(at + rest, <u32>count, mode, spaceOf(pid));
  } else if (shape.ip >= 0) stack = nodeOfOne(load<u64>(at + shape.ip), mode, pid);
  const lacks = (time ? 0 : NO_TIME) | (shape.cpu < 0 ? NO_CPU : 0) | (hasThread ? 0 : NO_THREAD);
  addRow(
    time ? since(time) : 0, shape.cpu < 0 ? 0 : load<u32>(at + shape.cpu), pid, tid, hasThread ? nameOfThread(tid) : 0, event,
    shape.period < 0 ? shape.each : <f64>load<u64>(at + shape.period), stack, lacks,
  );
  shape.samples++;
  return true;
}

function nodeOfOne(address: u64, mode: u32, pid: u32): u32 {
  return nodeOf(ROOT, placeIn(address, mode, spaceOf(pid)));
}

/** Processes a record when it is next in order of time. */
function deliver(at: usize, time: u64): void {
  const type = load<u32>(at);
  const size = <u32>load<u16>(at + 6);
  let good = true;
  if (type == SAMPLE) good = takeSample(at, size, time);
  else if (type == MMAP || type == MMAP2) good = takeMapping(at, type, size);
  else if (type == COMM) good = takeName(at, size);
  else if (type == FORK) good = takeFork(at, size);
  else if (type == LOST || type == LOST_SAMPLES || type == KSYMBOL) good = takeRecord(at);
  if (!good) damaged++;
}

function deliverDue(): void {
  while (takeDue()) deliver(dueAt, dueTime);
}

/** Walks whole records of the current block from `from` on; returns MORE, ASK or ODD. */
export function profileWalk(from: usize, to: usize): u32 {
  let at = from;
  while (at + 8 <= to) {
    const type = load<u32>(at);
    const size = <u32>load<u16>(at + 6);
    const count = recordCounts + ((type & 255) << 2);
    store<u32>(count, load<u32>(count) + 1);
    if (type == FINISHED_ROUND) {
      startRound();
      deliverDue();
    } else if (type >= USER) {
      profilePlace = at;
      return ASK;
    } else {
      const time = timeOf(at, type, size);
      if (time && ordered) wait(time, at);
      else deliver(at, time);
    }
    at += size;
  }
  profilePlace = at;
  return farAway ? ODD : MORE;
}

/** The current block is complete: no more records will be added to it. */
export function profileSealed(): u32 {
  if (sealBlock()) {
    startRest();
    deliverDue();
  }
  return farAway ? ODD : MORE;
}

/** Processes the records that still wait, after the last block. */
export function profileEnd(): u32 {
  startRest();
  deliverDue();
  return farAway ? ODD : MORE;
}
