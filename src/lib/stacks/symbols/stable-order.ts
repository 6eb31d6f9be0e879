/** Merges runs `a` [from, middle) and [middle, to) of `order` into `out`. */
const merge = (
  keys: Float64Array,
  order: Uint32Array,
  out: Uint32Array,
  from: number,
  middle: number,
  to: number,
): void => {
  let left = from;
  let right = middle;
  for (let at = from; at < to; at++) {
    const takeLeft = right >= to || (left < middle && (keys[order[left] ?? 0] ?? 0) <= (keys[order[right] ?? 0] ?? 0));
    out[at] = (takeLeft ? order[left++] : order[right++]) ?? 0;
  }
};

/** Where each ascending run starts, with `size` at the end. */
const runsOf = (keys: Float64Array, size: number): number[] => {
  const runs = [0];
  for (let i = 1; i < size; i++) if ((keys[i] ?? 0) < (keys[i - 1] ?? 0)) runs.push(i);
  if (size > 0) runs.push(size);
  return runs;
};

/**
 * Indices of the first `size` keys in ascending order, ties as they stand. A natural merge: the fewer ascending runs
 * there are, the faster (ring buffers and kallsyms come as a few sorted runs).
 */
export const stableOrder = (keys: Float64Array, size = keys.length): Uint32Array => {
  let order = new Uint32Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  let runs = runsOf(keys, size);
  if (runs.length <= 2) return order;
  let out = new Uint32Array(size);
  while (runs.length > 2) {
    const next: number[] = [];
    for (let i = 0; i + 1 < runs.length; i += 2) {
      const [from = 0, middle = size, to = middle] = runs.slice(i, i + 3);
      merge(keys, order, out, from, middle, to);
      next.push(from);
    }
    next.push(size);
    [order, out] = [out, order];
    runs = next;
  }
  return order;
};
