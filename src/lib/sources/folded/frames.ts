import { INLINED, JIT, KERNEL, UNKNOWN } from '../../stacks/profile.ts';
import type { FrameBuilder } from '../../stacks/table.ts';

/** Annotations that FlameGraph's tools append to function names. */
const marks: Readonly<Record<string, number>> = { k: KERNEL, j: JIT, i: INLINED };

/** The annotation at the end of a folded frame's name. */
export const foldedFlags = (name: string): number =>
  name === '[unknown]' ? UNKNOWN : (marks[/_\[([kji])\]$/.exec(name)?.[1] ?? ''] ?? 0);

/** The frame for a name in a folded line. */
export const foldedFrame = (frames: FrameBuilder, bytes: Buffer): number => {
  const name = bytes.toString('utf8');
  return frames.frame(name, '', foldedFlags(name));
};
