import { deflateRawSync } from 'node:zlib';
import type { OffsetGrid, Packed } from '../mime.ts';
import { printable } from '../printable.ts';
import type { SampleGrid } from '../stacks/offset-grid.ts';
import type { Tree } from '../stacks/tree.ts';

/** Variable-length integers of 7 bits per byte, least significant first, deflated, in base64: see Packed in mime.ts. */
const packIntegers = (values: ArrayLike<number>): Packed => {
  const bytes = new Uint8Array(values.length * 5);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    let value = values[i] ?? 0;
    for (; value >= 128; value >>>= 7) bytes[at++] = (value & 127) | 128;
    bytes[at++] = value;
  }
  return deflateRawSync(bytes.subarray(0, at)).toString('base64');
};

/** Lines of text, deflated, in base64. printable() has removed line ends from each. */
const packText = (lines: readonly string[]): Packed =>
  deflateRawSync(Buffer.from(lines.join('\n'), 'utf8')).toString('base64');

/**
 * Maps each node to its nearest ancestor (or itself) that at least `least` samples of the grid pass through; kept nodes
 * are numbered without gaps.
 */
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

/**
 * The nodes in which samples end, by cell, ascending within a cell: a counting sort by cell, then a small sort per
 * cell.
 */
const nodesByCell = ({ counts, cellOf }: SampleGrid, nodeOf: Int32Array, to: Uint32Array): Uint32Array => {
  const next = new Uint32Array(counts.length);
  for (let cell = 1; cell < counts.length; cell++) next[cell] = (next[cell - 1] ?? 0) + (counts[cell - 1] ?? 0);
  const out = new Uint32Array((next.at(-1) ?? 0) + (counts.at(-1) ?? 0));
  for (let i = 0; i < cellOf.length; i++) {
    const cell = cellOf[i] ?? -1;
    if (cell < 0) continue;
    const at = next[cell] ?? 0;
    out[at] = to[nodeOf[i] ?? 0] ?? 0;
    next[cell] = at + 1;
  }
  for (let cell = 0; cell < counts.length; cell++)
    if ((counts[cell] ?? 0) > 1) out.subarray((next[cell] ?? 0) - (counts[cell] ?? 0), next[cell]).sort();
  return out;
};

/** A column of numbers that is being written. */
interface Written {
  readonly values: Uint32Array;
  size: number;
}

const written = (room: number): Written => ({ values: new Uint32Array(room), size: 0 });
const write = (to: Written, value: number): void => {
  to.values[to.size++] = value;
};
const asPacked = ({ values, size }: Written): Packed => packIntegers(values.subarray(0, size));

/** Pairs (cell, node) with their counts, sorted by cell, then by node. */
const packPairs = (grid: SampleGrid, nodeOf: Int32Array, to: Uint32Array) => {
  const nodes = nodesByCell(grid, nodeOf, to);
  const [skip, length] = [written(grid.counts.length), written(grid.counts.length)];
  const [node, count] = [written(nodes.length), written(nodes.length)];
  let [lastCell, at] = [-1, 0];
  for (let cell = 0; cell < grid.counts.length; cell++) {
    const end = at + (grid.counts[cell] ?? 0);
    if (end === at) continue;
    write(skip, cell - lastCell - 1);
    lastCell = cell;
    const before = node.size;
    for (let lastNode = 0; at < end;) {
      const here = nodes[at] ?? 0;
      const from = at;
      while (at < end && nodes[at] === here) at++;
      write(node, here - lastNode);
      write(count, at - from);
      lastNode = here;
    }
    write(length, node.size - before);
  }
  const cells = { skip: asPacked(skip), length: asPacked(length), node: asPacked(node), count: asPacked(count) };
  return { pairs: node.size, cells };
};

/**
 * The grid with the stacks of each cell. Frames that fewer than `least` samples pass through are folded into their
 * callers: the payload shrinks and all totals stay exact. With `least` 1 nothing is folded.
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
    ...packPairs(grid, nodeOf, to),
    folded: Math.max(0, present - kept.length),
  };
};
