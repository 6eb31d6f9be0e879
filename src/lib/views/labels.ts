/** The end of an axis that starts at 0: the smallest round number that is not below `most`. */
export const roundUp = (most: number): number => {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((times) => times * power >= most * (1 - 1e-9)) ?? 10;
  return step * power;
};

/**
 * Places labels so that none overlap: each close to its wanted position, at least `gap` apart, within [0, end].
 * Positions count downwards; the result is in the order of `wanted`.
 */
export const spread = (wanted: readonly number[], gap: number, end: number): number[] => {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed: number[] = [];
  let least = 0;
  for (const i of order) {
    placed[i] = Math.max(wanted[i] ?? 0, least);
    least = (placed[i] ?? 0) + gap;
  }
  let most = end;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i] ?? 0, most);
    most = (placed[i] ?? 0) - gap;
  }
  return placed;
};
