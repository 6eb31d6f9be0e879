import type { OffsetGrid, Packed } from '../../../../src/lib/mime.ts';
import { toFrames, type Frames } from './model.ts';

/** An unpacked grid: the pairs of cell c are `from[c]` to `from[c + 1]`. Node 0 is the root. */
export interface GridData {
  readonly rows: number;
  readonly columns: number;
  readonly start: number;
  readonly counts: Uint32Array;
  readonly idle: number;
  readonly folded: number;
  readonly names: readonly string[];
  readonly name: Int32Array;
  readonly kind: Uint8Array;
  readonly depth: Int32Array;
  readonly parent: Int32Array;
  readonly from: Uint32Array;
  readonly node: Uint32Array;
  readonly count: Uint32Array;
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

const inflated = async (packed: Packed): Promise<Uint8Array> => {
  const stream = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

/** The integers of a Packed, at most `limit`. */
const integers = async (packed: Packed, limit: number): Promise<Uint32Array> => {
  const bytes = await inflated(packed);
  const out = new Uint32Array(limit);
  let [at, value, shift] = [0, 0, 0];
  for (let i = 0; i < bytes.length && at < limit; i++) {
    const byte = bytes[i] ?? 0;
    value |= (byte & 127) << shift;
    shift += 7;
    if (byte < 128) {
      out[at++] = value;
      [value, shift] = [0, 0];
    }
  }
  return out.subarray(0, at);
};

/** Unpacks a grid; done once, before the first selection. */
export const unpackGrid = async (grid: OffsetGrid): Promise<GridData> => {
  const cells = grid.rows * grid.columns;
  const [names, up, name, kind, skip, length, node, count] = await Promise.all([
    inflated(grid.names).then((bytes) => new TextDecoder().decode(bytes).split('\n')),
    ...[grid.tree.up, grid.tree.name, grid.tree.kind].map((packed) => integers(packed, grid.nodes)),
    ...[grid.cells.skip, grid.cells.length].map((packed) => integers(packed, cells)),
    ...[grid.cells.node, grid.cells.count].map((packed) => integers(packed, grid.pairs)),
  ] as [Promise<string[]>, ...Promise<Uint32Array>[]]);
  const none = new Uint32Array(0);
  return {
    rows: grid.rows,
    columns: grid.columns,
    start: grid.start,
    counts: Uint32Array.from(grid.counts),
    idle: grid.idle,
    folded: grid.folded,
    ...unpackTree(names, up ?? none, name ?? none, kind ?? none),
    ...unpackCells(cells, skip ?? none, length ?? none, node ?? none),
    count: count ?? none,
  };
};

const unpackTree = (names: readonly string[], up: Uint32Array, name: Uint32Array, kind: Uint32Array) => {
  const size = up.length + 1;
  const depth = new Int32Array(size);
  const parent = new Int32Array(size).fill(-1);
  for (let i = 1; i < size; i++) {
    let caller = i - 1;
    for (let levels = up[i - 1] ?? 0; levels > 0 && caller > 0; levels--) caller = parent[caller] ?? 0;
    parent[i] = caller;
    depth[i] = (depth[caller] ?? 0) + 1;
  }
  const all = names.length;
  return {
    names: [...names, 'all'],
    name: Int32Array.from({ length: size }, (_, i) => (i === 0 ? all : (name[i - 1] ?? 0))),
    kind: Uint8Array.from({ length: size }, (_, i) => (i === 0 ? 0 : (kind[i - 1] ?? 0))),
    depth,
    parent,
  };
};

const unpackCells = (cells: number, skip: Uint32Array, length: Uint32Array, step: Uint32Array) => {
  const from = new Uint32Array(cells + 1);
  const node = new Uint32Array(step.length);
  let [cell, pair] = [-1, 0];
  for (let i = 0; i < skip.length; i++) {
    const next = cell + 1 + (skip[i] ?? 0);
    from.fill(pair, cell + 1, next + 1);
    cell = next;
    let at = 0;
    for (const last = pair + (length[i] ?? 0); pair < last; pair++) node[pair] = at += step[pair] ?? 0;
  }
  from.fill(pair, cell + 1);
  return { from, node };
};

/**
 * A selection of cells, both corners included. 'time': all cells from one corner to the other in order of time, as in
 * FlameScope; 'block': the same offsets in each of the seconds.
 */
export interface Selection {
  readonly first: { readonly column: number; readonly row: number };
  readonly last: { readonly column: number; readonly row: number };
  readonly shape: 'time' | 'block';
}

/** Ranges of cell numbers, the end excluded. */
export const cellRanges = (
  { rows }: { readonly rows: number },
  { first, last, shape }: Selection,
): [number, number][] => {
  const cells = [first, last].map(({ column, row }) => column * rows + row).sort((a, b) => a - b);
  if (shape === 'time') return [[cells[0] ?? 0, (cells[1] ?? 0) + 1]];
  const [left, right] = [Math.min(first.column, last.column), Math.max(first.column, last.column)];
  const [low, high] = [Math.min(first.row, last.row), Math.max(first.row, last.row)];
  return Array.from({ length: right - left + 1 }, (_, i) => [(left + i) * rows + low, (left + i) * rows + high + 1]);
};

/** The selected cells' samples that end in each node (self). */
const selfIn = (grid: GridData, ranges: readonly (readonly [number, number])[]): Float64Array => {
  const self = new Float64Array(grid.depth.length);
  for (const [first, end] of ranges) {
    const last = grid.from[end] ?? grid.node.length;
    for (let pair = grid.from[first] ?? 0; pair < last; pair++) {
      const node = grid.node[pair] ?? 0;
      self[node] = (self[node] ?? 0) + (grid.count[pair] ?? 0);
    }
  }
  return self;
};

const totalsOf = ({ parent }: GridData, self: Float64Array): Float64Array => {
  const total = self.slice();
  for (let i = total.length - 1; i > 0; i--) {
    const up = parent[i] ?? 0;
    total[up] = (total[up] ?? 0) + (total[i] ?? 0);
  }
  return total;
};

/** Nodes with samples, and the root. */
const nonzero = (total: Float64Array): Int32Array => {
  const out = new Int32Array(total.length);
  let size = 1;
  for (let i = 1; i < total.length; i++) if ((total[i] ?? 0) > 0) out[size++] = i;
  return out.subarray(0, size);
};

const picked = <T extends Int32Array | Uint8Array | Float64Array>(from: T, kept: Int32Array, to: T): T => {
  for (let i = 0; i < kept.length; i++) to[i] = from[kept[i] ?? 0] ?? 0;
  return to;
};

/**
 * The flame graph of the selected cells: only frames with samples in them. With `against`, compared with all other
 * cells.
 */
export const selectFrames = (
  grid: GridData,
  ranges: readonly (readonly [number, number])[],
  { against = false }: { readonly against?: boolean } = {},
): Frames => {
  const self = selfIn(grid, ranges);
  const total = totalsOf(grid, self);
  const kept = nonzero(total);
  const frames = toFrames({
    names: grid.names,
    name: picked(grid.name, kept, new Int32Array(kept.length)),
    kind: picked(grid.kind, kept, new Uint8Array(kept.length)),
    depth: picked(grid.depth, kept, new Int32Array(kept.length)),
    self: picked(self, kept, new Float64Array(kept.length)),
    total: picked(total, kept, new Float64Array(kept.length)),
  });
  if (!against) return frames;
  const everything = totalsOf(grid, selfIn(grid, [[0, grid.rows * grid.columns]]));
  const [whole, rest] = [total[0] ?? 0, (everything[0] ?? 0) - (total[0] ?? 0)];
  const change = Float64Array.from(kept, (i) => {
    const here = whole === 0 ? 0 : (total[i] ?? 0) / whole;
    return here - (rest === 0 ? 0 : ((everything[i] ?? 0) - (total[i] ?? 0)) / rest);
  });
  return { ...frames, change, sure: differs(change, kept, everything, whole, rest) };
};

/** 1 if a share differs between the selected cells and the rest by more than three standard errors. */
const differs = (
  change: Float64Array,
  kept: Int32Array,
  everything: Float64Array,
  whole: number,
  rest: number,
): Uint8Array =>
  Uint8Array.from(kept, (i, at) => {
    const share = (everything[i] ?? 0) / (whole + rest);
    const error = Math.sqrt(share * (1 - share) * (1 / whole + 1 / rest));
    return Math.abs(change[at] ?? 0) > 3 * error ? 1 : 0;
  });
