import { deflateRawSync } from 'node:zlib';
import type { OffsetGrid, Packed } from '../mime.ts';
import { printable } from '../printable.ts';
import type { SampleGrid } from '../stacks/offset-grid.ts';
import type { Tree } from '../stacks/tree.ts';

/** Base-128 integers, least significant first, deflated, in base64: see Packed in mime.ts. */
export const packIntegers = (values: ArrayLike<number>): Packed => {
  const bytes = new Uint8Array(values.length * 5);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    let value = values[i] ?? 0;
    for (; value >= 128; value >>>= 7) bytes[at++] = (value & 127) | 128;
    bytes[at++] = value;
  }
  return deflateRawSync(bytes.subarray(0, at)).toString('base64');
};

/** Lines of text, deflated, in base64. No text holds a line's end: printable() has taken it out. */
export const packText = (lines: readonly string[]): Packed =>
  deflateRawSync(Buffer.from(lines.join('\n'), 'utf8')).toString('base64');

/** By node: the nearest one towards the root that at least `least` samples of the grid go through, numbered without gaps. */
const keptNodes = (tree: Tree, counted: Uint32Array, least: number) => {
  const through = counted.slice();
  for (let i = tree.size - 1; i > 0; i--) {
    const up = tree.parent[i] ?? 0;
    through[up] = (through[up] ?? 0) + (through[i] ?? 0);
  }
  const to = new Uint32Array(tree.size);
  const kept: number[] = [];
  for (let i = 1; i < tree.size; i++) {
    if ((through[i] ?? 0) >= least) to[i] = kept.push(i);
    else to[i] = to[tree.parent[i] ?? 0] ?? 0;
  }
  return { to, kept };
};

/** Pairs of (cell, node) with their counts, in order of cell, then node. */
const countPairs = ({ cellOf }: SampleGrid, nodeOf: Int32Array, to: Uint32Array, nodes: number) => {
  const keys: number[] = [];
  for (let i = 0; i < cellOf.length; i++) {
    const cell = cellOf[i] ?? -1;
    if (cell >= 0) keys.push(cell * (nodes + 1) + (to[nodeOf[i] ?? 0] ?? 0));
  }
  const sorted = Float64Array.from(keys).sort();
  const columns = { skip: [] as number[], length: [] as number[], node: [] as number[], count: [] as number[] };
  let [lastCell, lastNode, lastKey] = [-1, 0, -1];
  for (const key of sorted) {
    if (key === lastKey) {
      columns.count[columns.count.length - 1] = (columns.count.at(-1) ?? 0) + 1;
      continue;
    }
    lastKey = key;
    const cell = Math.floor(key / (nodes + 1));
    const node = key - cell * (nodes + 1);
    if (cell !== lastCell) {
      columns.skip.push(cell - lastCell - 1);
      columns.length.push(0);
      [lastCell, lastNode] = [cell, 0];
    }
    columns.length[columns.length.length - 1] = (columns.length.at(-1) ?? 0) + 1;
    columns.node.push(node - lastNode);
    columns.count.push(1);
    lastNode = node;
  }
  return columns;
};

/**
 * The grid with every cell's stacks. Frames that fewer than `least` of its samples go through are folded into their
 * callers, which keeps the payload small and every total exact; 1 folds nothing that the grid holds.
 */
export const packGrid = (tree: Tree, grid: SampleGrid, profile: number, least: number): OffsetGrid => {
  const nodeOf = tree.nodeOf[profile] ?? new Int32Array(0);
  const counted = new Uint32Array(tree.size);
  let present = 0;
  for (let i = 0; i < nodeOf.length; i++)
    if ((grid.cellOf[i] ?? -1) >= 0) counted[nodeOf[i] ?? 0] = (counted[nodeOf[i] ?? 0] ?? 0) + 1;
  const { to, kept } = keptNodes(tree, counted, least);
  if (least > 1) present = keptNodes(tree, counted, 1).kept.length;
  const codes = new Map<number, number>();
  const names: string[] = [];
  const name = kept.map((i) => {
    const fn = tree.fn[i] ?? 0;
    const known = codes.get(fn);
    if (known !== undefined) return known;
    codes.set(fn, names.length);
    return names.push(printable(tree.names[fn] ?? '')) - 1;
  });
  const pairs = countPairs(grid, nodeOf, to, kept.length);
  return {
    rows: grid.rows,
    columns: grid.columns,
    start: grid.start,
    counts: Array.from(grid.counts),
    idle: grid.idle,
    nodes: kept.length,
    names: packText(names),
    tree: {
      up: packIntegers(
        kept.map((i, at) => (at === 0 ? 0 : (tree.depth[kept[at - 1] ?? 0] ?? 0) + 1 - (tree.depth[i] ?? 0))),
      ),
      name: packIntegers(name),
      kind: packIntegers(kept.map((i) => tree.kinds[tree.fn[i] ?? 0] ?? 0)),
    },
    pairs: pairs.node.length,
    cells: {
      skip: packIntegers(pairs.skip),
      length: packIntegers(pairs.length),
      node: packIntegers(pairs.node),
      count: packIntegers(pairs.count),
    },
    folded: Math.max(0, present - kept.length),
  };
};
