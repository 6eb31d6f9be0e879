import { splitLines } from './lines.ts';
import type { ByteSource } from './peek.ts';

/** Lines as UTF-8 text without their line ends, at most `longest` bytes each. Empty lines are ''. */
export const linesOf = async function* (source: ByteSource, longest: number = 4 << 20): AsyncGenerator<string> {
  const ready: string[] = [];
  const lines = splitLines(
    { keepReturns: false, longest },
    (bytes, from, to) => ready.push(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8')),
    () => ready.push(''),
  );
  for await (const piece of source) {
    lines.space(piece.length).set(piece);
    lines.scanned(piece.length);
    if (ready.length > 0) yield* ready.splice(0);
  }
  lines.ended();
  yield* ready;
};
