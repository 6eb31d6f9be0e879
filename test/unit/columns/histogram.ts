import type { Edges } from '../../../src/lib/columns/bin.ts';
import { isValid, type NumberColumn } from '../../../src/lib/columns/column.ts';

/** What heat maps are compared with: counts values by the bins of `edges`; values outside them and absent ones are counted separately. */
export const histogram = (
  column: NumberColumn,
  size: number,
  edges: Edges,
): { readonly counts: Uint32Array; readonly outside: number } => {
  const counts = new Uint32Array(Math.max(edges.length - 1, 0));
  const last = edges.length - 1;
  let outside = 0;
  for (let i = 0; i < size; i++) {
    const value = column.values[i] as number;
    if (!isValid(column.valid, i) || !(value >= (edges[0] as number) && value <= (edges[last] as number))) {
      outside++;
      continue;
    }
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (value >= (edges[middle] as number)) low = middle;
      else high = middle;
    }
    counts[low] = (counts[low] as number) + 1;
  }
  return { counts, outside };
};
