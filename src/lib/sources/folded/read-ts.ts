import { splitLines } from '../../bytes/lines.ts';
import { ROOT } from '../../stacks/profile.ts';
import { buildFrames, buildStacks } from '../../stacks/table.ts';
import { internTexts } from '../../bytes/texts.ts';
import { countsAt } from './counts.ts';
import { foldedFrame } from './frames.ts';
import { LONGEST_LINE, type FoldedReader } from './lines.ts';

const [HASH, SPACE, SEMICOLON] = [35, 32, 59];

/**
 * Reads folded stacks without WASM: used where it was not built, and as the reference that tests compare it with.
 */
export const foldedTs = (): FoldedReader => {
  const texts = internTexts();
  const frames = buildFrames();
  const stacks = buildStacks();
  const period: number[] = [];
  const before = new Map<number, number>();
  const stack: number[] = [];
  const ids: number[] = [];
  let bad = 0;
  const frame = (bytes: Uint8Array, from: number, to: number): number =>
    (ids[texts.intern(bytes, from, to)] ??= foldedFrame(frames, Buffer.from(bytes.subarray(from, to))));
  const line = (bytes: Uint8Array, from: number, to: number): void => {
    if (bytes[from] === HASH && bytes[from + 1] === SPACE && to > from + 1) return;
    const counts = countsAt(bytes, from, to);
    if (counts === undefined) {
      bad++;
      return;
    }
    let at = ROOT;
    for (let p = from; p <= counts.end;) {
      const next = bytes.indexOf(SEMICOLON, p);
      const end = next < 0 || next > counts.end ? counts.end : next;
      at = stacks.push(at, frame(bytes, p, end));
      p = end + 1;
    }
    if (counts.first !== undefined) before.set(stack.length, counts.first);
    stack.push(at);
    period.push(counts.last);
  };
  const lines = splitLines({ keepReturns: false, longest: LONGEST_LINE }, line, () => undefined);
  return {
    add(piece) {
      lines.space(piece.length).set(piece);
      lines.scanned(piece.length);
    },
    rows() {
      lines.ended();
      return {
        period: Float64Array.from(period),
        before,
        stack: Uint32Array.from(stack),
        stacks: stacks.table(),
        frames: frames.table(),
        bad,
        cut: lines.cut(),
      };
    },
  };
};
