/** Where ascending runs begin; the last entry is the size. */
const runsOf = (times: Float64Array, size: number): number[] => {
  const starts = [0];
  for (let i = 1; i < size; i++) if ((times[i] as number) < (times[i - 1] as number)) starts.push(i);
  starts.push(size);
  return starts;
};

/** The first index in `from` to `to` of `order` whose time is above `time`. */
const firstAbove = (times: Float64Array, order: Uint32Array, from: number, to: number, time: number): number => {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[order[middle] as number] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Merges two neighbouring ascending runs in place; only where they overlap is anything moved. */
const mergeRuns = (
  times: Float64Array,
  order: Uint32Array,
  spare: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void => {
  const from = firstAbove(times, order, start, middle, times[order[middle] as number] as number);
  if (from === middle) return;
  spare.set(order.subarray(from, middle), 0);
  const left = middle - from;
  let i = 0;
  let j = middle;
  let to = from;
  let a = times[spare[0] as number] as number;
  let b = times[order[j] as number] as number;
  for (;;) {
    if (a <= b) {
      order[to++] = spare[i++] as number;
      if (i === left) return;
      a = times[spare[i] as number] as number;
    } else {
      order[to++] = order[j++] as number;
      if (j === end) break;
      b = times[order[j] as number] as number;
    }
  }
  order.set(spare.subarray(i, left), to);
};

/**
 * The stable order of times that come as a few interleaved ascending runs, as the buffers of several CPUs do; undefined
 * where they are in order. Neighbouring runs are merged, and only where they overlap: about one pass over a capture.
 */
export const orderOfTimes = (times: Float64Array, size: number): Uint32Array | undefined => {
  let starts = runsOf(times, size);
  if (starts.length <= 2) return undefined;
  const order = new Uint32Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  const spare = new Uint32Array(size);
  while (starts.length > 2) {
    const next: number[] = [];
    for (let i = 0; i + 1 < starts.length; i += 2) {
      next.push(starts[i] ?? 0);
      const [middle, end] = [starts[i + 1] ?? size, starts[i + 2]];
      if (end !== undefined && middle < end) mergeRuns(times, order, spare, starts[i] ?? 0, middle, end);
    }
    if (next.at(-1) !== size) next.push(size);
    starts = next;
  }
  return order;
};
