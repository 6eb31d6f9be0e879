import type { Frames } from './model.ts';

/** The widest callee of a frame; -1 if it has none. */
const widestChild = (frames: Frames, i: number): number => {
  let best = -1;
  for (let c = i + 1; c < (frames.end[i] ?? 0); c = frames.end[c] ?? frames.size)
    if (best < 0 || (frames.total[c] ?? 0) > (frames.total[best] ?? 0)) best = c;
  return best;
};

/** The neighbour of a frame with the same caller; the frame itself at the edge. */
const beside = (frames: Frames, i: number, step: 1 | -1): number => {
  const up = frames.parent[i] ?? -1;
  if (up < 0) return i;
  let before = i;
  for (let c = up + 1; c < (frames.end[up] ?? 0); c = frames.end[c] ?? frames.size) {
    if (step === 1 && before === -1) return c;
    if (c === i) {
      if (step === -1) return before;
      before = -1;
    } else if (step === -1) before = c;
  }
  return i;
};

type Move = (frames: Frames, at: number, icicle: boolean) => number;
const outwards: Move = (frames, at) => frames.parent[at] ?? -1;

const moves: Readonly<Record<string, Move>> = {
  ArrowUp: (frames, at, icicle) => (icicle ? outwards(frames, at, icicle) : widestChild(frames, at)),
  ArrowDown: (frames, at, icicle) => (icicle ? widestChild(frames, at) : outwards(frames, at, icicle)),
  ArrowLeft: (frames, at) => beside(frames, at, -1),
  ArrowRight: (frames, at) => beside(frames, at, 1),
  Home: () => 0,
};

/**
 * The frame to which a key moves, which is the same frame if there is no other; undefined for keys that do not move.
 */
export const moved = (key: string, frames: Frames, at: number, icicle: boolean): number | undefined => {
  const to = moves[key]?.(frames, at, icicle);
  return to === undefined ? undefined : Math.max(0, to < 0 ? at : to);
};
