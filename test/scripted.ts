import type { FoldOptions } from '../src/lib/stacks/fold-options.ts';
import { foldScript, scannerForFold } from '../src/lib/sources/perf-script/fold.ts';
import type { Scanner, ScriptText } from '../src/lib/sources/perf-script/script-text.ts';

/** Feeds bytes to a scanner in pieces of the given sizes; the last size is repeated. */
export const scanIn = (scanner: Scanner, bytes: Uint8Array, sizes: readonly number[]): ScriptText => {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = Math.min(sizes[Math.min(i, sizes.length - 1)] ?? bytes.length, bytes.length - at);
    scanner.space(size).set(bytes.subarray(at, at + size));
    scanner.scanned(size);
    at += size;
  }
  return scanner.ended();
};

/** The folded lines of a `perf script` text. */
export const foldText = (
  text: string | Uint8Array,
  options: FoldOptions = {},
  { wasm = false, sizes = [1 << 20] }: { wasm?: boolean; sizes?: readonly number[] } = {},
): string => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const script = scanIn(scannerForFold(options, wasm), bytes, sizes);
  return Buffer.concat([...foldScript(script, options, wasm)].map((piece) => Buffer.from(piece))).toString('latin1');
};
