import { buildFunctions, functionOf } from '../../stacks/functions.ts';
import type { StackTable } from '../../stacks/profile.ts';
import { buildFrames } from '../../stacks/table.ts';
import { at, startKernel, type TextKernel } from '../../bytes/wasm.ts';
import { ranks } from '../../stacks/tree-order.ts';
import { countsAt } from './counts.ts';
import { foldedFlags } from './frames.ts';
import { LONGEST_LINE, type FoldedReader } from './lines.ts';
import { lineBlocks } from './line-blocks.ts';

const words = (kernel: TextKernel, from: number, length: number): Uint32Array =>
  new Uint32Array(kernel.memory.buffer, from >>> 0, length).slice();

const textsOf = (kernel: TextKernel): string[] => {
  const count = at(kernel.count);
  const [starts, lengths] = [words(kernel, at(kernel.starts), count), words(kernel, at(kernel.lengths), count)];
  const arena = Buffer.from(kernel.memory.buffer, at(kernel.arena));
  return Array.from(starts, (start, text) => arena.toString('utf8', start, start + (lengths[text] ?? 0)));
};

/**
 * The frame of each text, numbered in the order of a flame graph's siblings, so that its tree needs no sorting.
 * Different invalid UTF-8 texts can have the same name; they share a frame.
 */
const framesOf = (texts: readonly string[]) => {
  const functions = buildFunctions();
  const frames = buildFrames();
  const fn = Uint32Array.from(texts, (name) => functions.of(...functionOf(name, foldedFlags(name))));
  const rank = ranks(functions.done());
  const order = Float64Array.from(fn, (code, text) => (rank[code] ?? 0) * 2 ** 32 + text).sort();
  const frameOf = new Uint32Array(texts.length);
  for (const place of order) {
    const text = place % 2 ** 32;
    const name = texts[text] ?? '';
    frameOf[text] = frames.frame(name, '', foldedFlags(name));
  }
  return { frames: frames.table(), frameOf };
};

/** Lets the kernel build the tree of stacks. */
const treeOf = (kernel: TextKernel, frameOf: Uint32Array, frames: number): StackTable => {
  const place = kernel.foldSpace(frameOf.byteLength) >>> 0;
  new Uint32Array(kernel.memory.buffer, place, frameOf.length).set(frameOf);
  kernel.foldedTree(place, frames);
  const size = at(kernel.treeNodes);
  return {
    size,
    parent: words(kernel, at(kernel.treeParents), size),
    frame: words(kernel, at(kernel.treeItems), size),
    depth: words(kernel, at(kernel.treeDepths), size),
  };
};

/** How many frames of all lines are stored before the kernel drops repeated stacks: 32 MB. */
const FRAMES = 1 << 23;

/** Reads folded stacks with the WASM kernel, ten times as fast as plain.ts. */
export const kernelFolded = (limit = FRAMES): FoldedReader => {
  const odd = new Map<number, number>();
  const before = new Map<number, number>();
  let bad = 0;
  const kernel = startKernel({
    odd(line, length) {
      const counts = countsAt(new Uint8Array(kernel.memory.buffer, line, length), 0, length);
      if (counts === undefined) {
        bad++;
        return -1;
      }
      const row = at(kernel.foldedRows);
      odd.set(row, counts.last);
      if (counts.first !== undefined) before.set(row, counts.first);
      return counts.end;
    },
  });
  kernel.startTexts(BigInt(Math.floor(Math.random() * 2 ** 52)));
  kernel.startFolded(LONGEST_LINE, limit);
  const blocks = lineBlocks(LONGEST_LINE, (parts, size) => {
    const room = kernel.foldedSpace(size) >>> 0;
    const memory = new Uint8Array(kernel.memory.buffer);
    let to = room;
    for (const part of parts) {
      memory.set(part, to);
      to += part.length;
    }
    kernel.foldedLines(size);
  });
  return {
    add: blocks.add,
    rows() {
      blocks.ended();
      const size = at(kernel.foldedRows);
      const period = new Float64Array(kernel.memory.buffer, at(kernel.foldedCounts), size).slice();
      for (const [row, count] of odd) period[row] = count;
      const { frames, frameOf } = framesOf(textsOf(kernel));
      const stacks = treeOf(kernel, frameOf, frames.size);
      const stack = words(kernel, at(kernel.foldedStacks), size);
      return { period, before, stack, stacks, frames, bad, cut: blocks.cut() + at(kernel.foldedCut) };
    },
  };
};
