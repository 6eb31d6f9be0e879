/** A time in which switches may be missing. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Merges overlapping gaps; sorted by time. */
export const merged = (gaps: readonly Gap[]): Gap[] => {
  const out: { from: number; to: number }[] = [];
  for (const { from, to } of [...gaps].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
};

/** Whether an interval overlaps a gap; gaps are sorted and do not overlap each other. */
export const overlaps = (gaps: readonly Gap[], from: number, to: number): boolean => {
  let [low, high] = [0, gaps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((gaps[middle]?.to ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  return (gaps[low]?.from ?? Infinity) < to;
};
