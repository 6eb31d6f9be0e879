import { stableOrder } from '../../stacks/symbols/stable-order.ts';
import type { Block } from './blocks.ts';

/** Receives a record; `time` is in ns since the first sorted record, NaN if the record has none. */
export type Deliver = (view: DataView, at: number, time: number) => void;

/**
 * Sorts records of many ring buffers by time, as perf does: each FINISHED_ROUND delivers the records that the previous
 * round covered.
 */
export interface TimeOrder {
  /** Queues a record. Its block is released after all of its records were delivered. */
  push(block: Block, at: number, time: number): void;
  /** A round is finished: nothing older than the newest record of the previous round can follow. */
  round(): void;
  end(): void;
  /** Call it when no more records of a block will be pushed. */
  sealed(block: Block): void;
  /** Set when waiting records exceeded the limit: records may then be out of order. */
  readonly overflow: boolean;
}

/** Limit of memory for waiting blocks. Files without FINISHED_ROUND records are sorted by time within this much. */
const MOST_WAITING = 2 ** 30;

interface Waiting {
  size: number;
  times: Float64Array;
  places: Uint32Array;
  /** Index into `blocks`. */
  owners: Uint32Array;
}

interface Held {
  readonly block: Block;
  records: number;
  sealed: boolean;
}

const room = (count: number): Waiting => ({
  size: 0,
  times: new Float64Array(count),
  places: new Uint32Array(count),
  owners: new Uint32Array(count),
});

const widened = (old: Waiting): Waiting => {
  const next = room(old.times.length * 2);
  next.times.set(old.times);
  next.places.set(old.places);
  next.owners.set(old.owners);
  next.size = old.size;
  return next;
};

interface Queue {
  waiting: Waiting;
  spare: Waiting;
  readonly held: Map<number, Held>;
  readonly numbers: Map<Block, number>;
  blocks: number;
  bytes: number;
}

/** Releases a block if all of its records were delivered and no more will come. */
const free = (queue: Queue, number: number): void => {
  const holder = queue.held.get(number);
  if (holder === undefined || holder.records > 0 || !holder.sealed) return;
  queue.held.delete(number);
  queue.numbers.delete(holder.block);
  queue.bytes -= holder.block.to - holder.block.from;
  holder.block.release();
};

/** Delivers all records up to `until`; the others move to the front, in order. */
const flush = (queue: Queue, until: number, deliver: Deliver, settled: () => void): void => {
  const { waiting, held } = queue;
  const order = stableOrder(waiting.times, waiting.size);
  if (queue.spare.times.length < waiting.times.length) queue.spare = room(waiting.times.length);
  const { spare } = queue;
  spare.size = 0;
  let owner = -1;
  let holder: Held | undefined;
  for (let next = 0; next < order.length; next++) {
    const i = order[next] ?? 0;
    const time = waiting.times[i] ?? 0;
    const place = waiting.places[i] ?? 0;
    const number = waiting.owners[i] ?? 0;
    if (number !== owner) {
      owner = number;
      holder = held.get(number);
    }
    if (time > until) {
      spare.times[spare.size] = time;
      spare.places[spare.size] = place;
      spare.owners[spare.size++] = number;
    } else if (holder !== undefined) {
      holder.records--;
      deliver(holder.block.view, place, time);
    }
  }
  [queue.waiting, queue.spare] = [spare, waiting];
  settled();
  for (const number of [...held.keys()]) free(queue, number);
};

/** The number of a block with a waiting record. */
const numberOf = (queue: Queue, block: Block): number => {
  const known = queue.numbers.get(block);
  if (known !== undefined) return known;
  const number = queue.blocks++;
  queue.numbers.set(block, number);
  queue.held.set(number, { block, records: 0, sealed: false });
  queue.bytes += block.to - block.from;
  return number;
};

/** Creates an empty queue. `settled` is called before blocks are released. */
export const timeOrder = (deliver: Deliver, settled: () => void = () => undefined): TimeOrder => {
  const queue: Queue = {
    waiting: room(1 << 14),
    spare: room(1 << 14),
    held: new Map(),
    numbers: new Map(),
    blocks: 0,
    bytes: 0,
  };
  let newest = -Infinity;
  let limit = -Infinity;
  let overflow = false;
  return {
    get overflow() {
      return overflow;
    },
    push(block, at, time) {
      const number = numberOf(queue, block);
      const holder = queue.held.get(number);
      if (holder !== undefined) holder.records++;
      if (queue.waiting.size === queue.waiting.times.length) queue.waiting = widened(queue.waiting);
      const { waiting } = queue;
      waiting.times[waiting.size] = time;
      waiting.places[waiting.size] = at;
      waiting.owners[waiting.size++] = number;
      if (time > newest) newest = time;
    },
    round() {
      flush(queue, limit, deliver, settled);
      limit = newest;
    },
    sealed(block) {
      const number = queue.numbers.get(block);
      if (number === undefined) {
        settled();
        block.release();
        return;
      }
      const holder = queue.held.get(number);
      if (holder !== undefined) holder.sealed = true;
      free(queue, number);
      if (queue.bytes <= MOST_WAITING) return;
      overflow = true;
      flush(queue, Infinity, deliver, settled);
    },
    end() {
      flush(queue, Infinity, deliver, settled);
    },
  };
};
