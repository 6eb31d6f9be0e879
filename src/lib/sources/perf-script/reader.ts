import type { ByteSource } from '../../bytes/peek.ts';
import type { Profile } from '../../stacks/profile.ts';
import { LONGEST_LINE } from './fold.ts';
import { profileOf } from './read.ts';
import type { ScriptReadOptions } from './read.ts';
import { scanTs } from './scan-ts.ts';
import { scanWasm } from './scan-wasm.ts';
import type { ScanOptions, Scanner } from './script-text.ts';
import { hasWasm } from '../../bytes/wasm.ts';

/** A scanner for `perf script` text that becomes columns. */
export const scannerForColumns = (addresses: boolean, wasm: boolean = hasWasm()): Scanner => {
  const options: ScanOptions = {
    decomposes: () => true,
    keepReturns: false,
    keepUnknown: addresses,
    longest: LONGEST_LINE,
  };
  return wasm ? scanWasm(options) : scanTs(options);
};

/** Reads the text of `perf script`, any version, any fields. */
export const read = async (source: ByteSource, options: ScriptReadOptions): Promise<Profile> => {
  const scanner = scannerForColumns(options.addresses ?? false);
  let bytes = 0;
  for await (const piece of source) {
    scanner.space(piece.length).set(piece);
    scanner.scanned(piece.length);
    bytes += piece.length;
    options.onProgress?.(bytes);
  }
  return profileOf(scanner.ended(), options);
};
