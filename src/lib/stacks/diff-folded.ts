/** A folded stack ("a;b;c") and its count. */
export type FoldedLine = readonly [stack: string, count: number];

export interface DiffFoldedOptions {
  /** Scale the counts before to the total after, so that different load does not show as a change. */
  readonly normalize?: boolean;
  /** Write every hexadecimal number as 0x..., so that stacks that differ only in addresses are equal. */
  readonly stripHex?: boolean;
}

/**
 * Stacks with both counts, a line "stack before after" each, as FlameGraph's difffolded.pl writes them for
 * flamegraph.pl. Counts are integers: fractions are cut off, as inferno-diff-folded does. Lines are sorted by stack.
 */
export const diffFolded = (
  before: Iterable<FoldedLine>,
  after: Iterable<FoldedLine>,
  { normalize = false, stripHex = false }: DiffFoldedOptions = {},
): string[] => {
  const counts = new Map<string, [number, number]>();
  const sums = [0, 0];
  const add = (lines: Iterable<FoldedLine>, side: 0 | 1): void => {
    for (const [stack, count] of lines) {
      const key = stripHex ? stack.replace(/0x[0-9a-fA-F]+/g, '0x...') : stack;
      const pair = counts.get(key) ?? [0, 0];
      pair[side] += Math.trunc(count);
      sums[side] = (sums[side] ?? 0) + Math.trunc(count);
      counts.set(key, pair);
    }
  };
  add(before, 0);
  add(after, 1);
  const [first = 0, second = 0] = sums;
  const scaled = (count: number): number =>
    normalize && first !== second && first > 0 ? Math.trunc((count * second) / first) : count;
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([stack, [x, y]]) => `${stack} ${scaled(x)} ${y}`);
};
