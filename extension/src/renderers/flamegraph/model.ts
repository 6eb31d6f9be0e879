import type { FlamegraphPayload } from '../../../../src/lib/mime.ts';

/** Frames ready to draw, in depth-first order, the root first. `x` and the weights are in the profile's unit. */
export interface Frames {
  readonly size: number;
  readonly names: readonly string[];
  readonly name: Int32Array;
  readonly kind: Uint8Array;
  readonly depth: Int32Array;
  /** -1 for the root. */
  readonly parent: Int32Array;
  /** The first frame after the frame's subtree. */
  readonly end: Int32Array;
  readonly self: Float64Array;
  readonly total: Float64Array;
  readonly x: Float64Array;
  /** Where a frame's self weight and its callees end; frames that were left out fill the rest up to its right edge. */
  readonly filled: Float64Array;
  /** Deepest depth + 1. */
  readonly rows: number;
  /** The change of the frame's share, and 1 if it is more than the noise; only in a comparison. */
  readonly change?: Float64Array;
  readonly sure?: Uint8Array;
}

export interface FrameColumns {
  readonly names: readonly string[];
  readonly name: ArrayLike<number>;
  readonly kind: ArrayLike<number>;
  readonly depth: ArrayLike<number>;
  readonly self: ArrayLike<number>;
  readonly total: ArrayLike<number>;
}

const floats = (values: ArrayLike<number>): Float64Array =>
  values instanceof Float64Array ? values : Float64Array.from(values);

/** Places frames from left to right: self weight first, then callees, then what was left out. */
export const toFrames = (columns: FrameColumns): Frames => {
  const size = columns.depth.length;
  const depth = columns.depth instanceof Int32Array ? columns.depth : Int32Array.from(columns.depth);
  const parent = new Int32Array(size).fill(-1);
  const end = new Int32Array(size).fill(size);
  const self = floats(columns.self);
  const total = floats(columns.total);
  const x = new Float64Array(size);
  const next = new Float64Array(size);
  const path: number[] = [];
  let rows = 0;
  for (let i = 0; i < size; i++) {
    const level = Math.min(depth[i] ?? 0, path.length);
    depth[i] = level;
    rows = Math.max(rows, level + 1);
    for (let at = path.length - 1; at >= level; at--) end[path[at] ?? 0] = i;
    path.length = level;
    const up = level === 0 ? -1 : (path[level - 1] ?? -1);
    parent[i] = up;
    if (up >= 0) {
      x[i] = next[up] ?? 0;
      next[up] = (x[i] ?? 0) + (total[i] ?? 0);
    }
    next[i] = (x[i] ?? 0) + (self[i] ?? 0);
    path.push(i);
  }
  return {
    size,
    names: columns.names,
    name: columns.name instanceof Int32Array ? columns.name : Int32Array.from(columns.name),
    kind: columns.kind instanceof Uint8Array ? columns.kind : Uint8Array.from(columns.kind),
    depth,
    parent,
    end,
    self,
    total,
    x,
    filled: next,
    rows,
  };
};

/** The frames of a payload, with their changes in a comparison. */
export const payloadFrames = ({ names, frames, changes }: FlamegraphPayload): Frames => {
  const placed = toFrames({ names, ...frames });
  if (changes === undefined) return placed;
  const whole = placed.total[0] ?? 0;
  const change = placed.total.map(
    (total, i) =>
      (whole === 0 ? 0 : total / whole) -
      (changes.beforeTotal === 0 ? 0 : (changes.before[i] ?? 0) / changes.beforeTotal),
  );
  return { ...placed, change, sure: Uint8Array.from(changes.sure) };
};

/** A function, summed over all its frames; in `total`, a recursive stack counts once. */
export interface FunctionRow {
  readonly name: string;
  readonly kind: number;
  readonly self: number;
  readonly total: number;
}

/** Sums frames by function, largest self weight first. */
export const functionRows = (frames: Frames): FunctionRow[] => {
  const kinds = 16;
  const rows = new Map<number, { name: string; kind: number; self: number; total: number; until: number }>();
  for (let i = 1; i < frames.size; i++) {
    const key = (frames.name[i] ?? 0) * kinds + (frames.kind[i] ?? 0);
    let row = rows.get(key);
    if (row === undefined) {
      row = { name: frames.names[frames.name[i] ?? 0] ?? '', kind: frames.kind[i] ?? 0, self: 0, total: 0, until: 0 };
      rows.set(key, row);
    }
    row.self += frames.self[i] ?? 0;
    if (i >= row.until) {
      row.total += frames.total[i] ?? 0;
      row.until = frames.end[i] ?? 0;
    }
  }
  return [...rows.values()].sort((a, b) => b.self - a.self || b.total - a.total);
};

/** The function with the largest own weight over all its frames, except those of some kinds; '' and 0 if there is none. */
export const heaviestFunction = (
  { size, names, name, kind, self }: Frames,
  without: ReadonlySet<number>,
): { readonly name: string; readonly self: number } => {
  const skipped = Uint8Array.from({ length: 256 }, (_, i) => (without.has(i) ? 1 : 0));
  const sums = new Float64Array(names.length);
  let best = -1;
  for (let i = 1; i < size; i++) {
    if (skipped[kind[i] ?? 0] === 1) continue;
    const of = name[i] ?? 0;
    sums[of] = (sums[of] ?? 0) + (self[i] ?? 0);
  }
  for (let of = 0; of < sums.length; of++) if ((sums[of] ?? 0) > (best < 0 ? 0 : (sums[best] ?? 0))) best = of;
  return { name: names[best] ?? '', self: sums[best] ?? 0 };
};

/** The frames whose names match, and the share of the root that the outermost matches cover. */
export const matches = (frames: Frames, term: string): { readonly hit: Uint8Array; readonly share: number } => {
  const test = matcher(term);
  const byName = frames.names.map(test);
  const hit = new Uint8Array(frames.size);
  let [sum, until] = [0, 0];
  for (let i = 1; i < frames.size; i++) {
    if (byName[frames.name[i] ?? 0] !== true) continue;
    hit[i] = 1;
    if (i < until) continue;
    sum += frames.total[i] ?? 0;
    until = frames.end[i] ?? 0;
  }
  const whole = frames.total[0] ?? 0;
  return { hit, share: whole === 0 ? 0 : sum / whole };
};

/** A search term as a regular expression; an invalid one is searched literally. */
const matcher = (term: string): ((name: string) => boolean) => {
  if (term === '') return () => false;
  try {
    const pattern = new RegExp(term, term === term.toLowerCase() ? 'i' : '');
    return (name) => pattern.test(name);
  } catch {
    return (name) => name.includes(term);
  }
};
