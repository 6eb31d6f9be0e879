/** Where each ascending run starts, with `size` at the end. */
const runsOf = (keys: Float64Array, size: number): number[] => {
  const runs = [0];
  for (let i = 1; i < size; i++) if ((keys[i] as number) < (keys[i - 1] as number)) runs.push(i);
  if (size > 0) runs.push(size);
  return runs;
};

/** Whether the first `size` keys are already ascending. */
export const ascends = (keys: Float64Array, size: number): boolean => {
  for (let i = 1; i < size; i++) if ((keys[i] as number) < (keys[i - 1] as number)) return false;
  return true;
};

/** The first index from `from` to `to` in `order` whose key is greater than `key`. */
const firstAbove = (keys: Float64Array, order: Uint32Array, from: number, to: number, key: number): number => {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[order[middle] as number] as number) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Merges two neighbouring ascending runs in place; only the overlapping part is moved. */
const mergeRuns = (
  keys: Float64Array,
  order: Uint32Array,
  spare: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void => {
  const from = firstAbove(keys, order, start, middle, keys[order[middle] as number] as number);
  if (from === middle) return;
  spare.set(order.subarray(from, middle), 0);
  const left = middle - from;
  let i = 0;
  let j = middle;
  let to = from;
  let a = keys[spare[0] as number] as number;
  let b = keys[order[j] as number] as number;
  for (;;) {
    if (a <= b) {
      order[to++] = spare[i++] as number;
      if (i === left) return;
      a = keys[spare[i] as number] as number;
    } else {
      order[to++] = order[j++] as number;
      if (j === end) break;
      b = keys[order[j] as number] as number;
    }
  }
  order.set(spare.subarray(i, left), to);
};

/**
 * The indices of the first `size` keys in ascending order, stable. A natural merge sort: it is faster with fewer runs,
 * and neighbouring runs cost only as much as they overlap (perf's per-CPU buffers alternate).
 */
export const stableOrder = (keys: Float64Array, size = keys.length): Uint32Array => {
  const order = new Uint32Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  let runs = runsOf(keys, size);
  if (runs.length <= 2) return order;
  const spare = new Uint32Array(size);
  while (runs.length > 2) {
    const next: number[] = [];
    for (let i = 0; i + 1 < runs.length; i += 2) {
      const [from = 0, middle = size, to = middle] = runs.slice(i, i + 3);
      if (middle < to) mergeRuns(keys, order, spare, from, middle, to);
      next.push(from);
    }
    next.push(size);
    runs = next;
  }
  return order;
};
