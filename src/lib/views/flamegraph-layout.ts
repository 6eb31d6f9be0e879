import type { Tree } from '../stacks/tree.ts';

/** A drawn frame: where it begins and how wide it is, in the profile's unit. */
export interface DrawnFrame {
  readonly node: number;
  readonly depth: number;
  readonly x: number;
  readonly width: number;
}

export interface Layout {
  readonly frames: readonly DrawnFrame[];
  /** Rows: the deepest frame's depth + 1. */
  readonly rows: number;
  readonly total: number;
  /** How many frames were too narrow to draw. */
  readonly narrow: number;
}

/**
 * Places a tree's frames as FlameGraph does: a frame's own weight first, then its callees sorted by name. Frames
 * narrower than `least` (in the profile's unit) are left out, with their callees.
 */
export const layOut = (tree: Tree, { profile = 0, least = 0 }: { profile?: number; least?: number } = {}): Layout => {
  const weights = tree.weights[profile];
  const frames: DrawnFrame[] = [];
  if (weights === undefined) return { frames, rows: 1, total: 0, narrow: 0 };
  const next = new Float64Array(tree.size);
  let [deepest, narrow] = [0, 0];
  for (let i = 0; i < tree.size; i++) {
    const width = weights.total[i] as number;
    const up = tree.parent[i] as number;
    const x = i === 0 ? 0 : (next[up] as number);
    if (i > 0) next[up] = x + width;
    next[i] = x + (weights.self[i] as number);
    if (width === 0 || (width < least && i > 0)) {
      narrow += width > 0 ? 1 : 0;
      continue;
    }
    const depth = tree.depth[i] as number;
    frames.push({ node: i, depth, x, width });
    deepest = Math.max(deepest, depth);
  }
  return { frames, rows: deepest + 1, total: weights.total[0] ?? 0, narrow };
};

/** Rows in which frames cover less than this share of the width are not worth their height on paper. */
const LEAST_COVER = 0.02;

/**
 * The layout without its furthest rows that are nearly empty, and how many those are: one deep stack of few samples would
 * make a picture mostly of empty space.
 */
export const crop = (layout: Layout): { readonly layout: Layout; readonly left: number } => {
  const { frames, rows, total } = layout;
  const cover = new Float64Array(rows);
  for (const { depth, width } of frames) cover[depth] = (cover[depth] ?? 0) + width;
  const kept =
    1 +
    Math.max(
      0,
      cover.findLastIndex((width) => width >= LEAST_COVER * total),
    );
  return { layout: { ...layout, rows: kept, frames: frames.filter(({ depth }) => depth < kept) }, left: rows - kept };
};
