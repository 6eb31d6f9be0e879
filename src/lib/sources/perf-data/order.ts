import { stableOrder } from '../../stacks/symbols/stable-order.ts';
import type { Block } from './blocks.ts';

/** Gets a record; `time` is in ns since the first one that was put in order, NaN where the record says none. */
export type Deliver = (view: DataView, at: number, time: number) => void;

/** Puts records of many ring buffers in order of time, as perf does: each FINISHED_ROUND lets go what the one before it covered. */
export interface TimeOrder {
  /** Holds a record back. Its block is released once all of its records have gone. */
  push(block: Block, at: number, time: number): void;
  /** A round is finished: nothing older than the newest record of the round before can still come. */
  round(): void;
  end(): void;
  /** Call when no more records of a block will be pushed. */
  sealed(block: Block): void;
  /** Set when more was waiting than is kept: order within the file may be off. */
  readonly overflow: boolean;
}

/** How many bytes of blocks may wait: files without rounds are put in order within this much. */
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

/** Starts an empty order. */
export const timeOrder = (deliver: Deliver): TimeOrder => {
  let waiting = room(1 << 14);
  let spare = room(1 << 14);
  const held = new Map<number, Held>();
  const numbers = new Map<Block, number>();
  let count = 0;
  let bytes = 0;
  let newest = -Infinity;
  let limit = -Infinity;
  let overflow = false;
  const free = (number: number): void => {
    const holder = held.get(number);
    if (holder === undefined || holder.records > 0 || !holder.sealed) return;
    held.delete(number);
    numbers.delete(holder.block);
    bytes -= holder.block.to - holder.block.from;
    holder.block.release();
  };
  /** Lets go everything up to `until`; what stays is moved to the front, in order. */
  const flush = (until: number): void => {
    const order = stableOrder(waiting.times, waiting.size);
    if (spare.times.length < waiting.times.length) spare = room(waiting.times.length);
    spare.size = 0;
    let owner = -1;
    let holder: Held | undefined;
    for (const i of order) {
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
    [waiting, spare] = [spare, waiting];
    for (const number of [...held.keys()]) free(number);
  };
  return {
    get overflow() {
      return overflow;
    },
    push(block, at, time) {
      let number = numbers.get(block);
      if (number === undefined) {
        number = count++;
        numbers.set(block, number);
        held.set(number, { block, records: 0, sealed: false });
        bytes += block.to - block.from;
      }
      const holder = held.get(number);
      if (holder !== undefined) holder.records++;
      if (waiting.size === waiting.times.length) waiting = widened(waiting);
      waiting.times[waiting.size] = time;
      waiting.places[waiting.size] = at;
      waiting.owners[waiting.size++] = number;
      if (time > newest) newest = time;
    },
    round() {
      flush(limit);
      limit = newest;
    },
    sealed(block) {
      const number = numbers.get(block);
      if (number === undefined) {
        block.release();
        return;
      }
      const holder = held.get(number);
      if (holder !== undefined) holder.sealed = true;
      free(number);
      if (bytes <= MOST_WAITING) return;
      overflow = true;
      flush(Infinity);
    },
    end() {
      flush(Infinity);
    },
  };
};
