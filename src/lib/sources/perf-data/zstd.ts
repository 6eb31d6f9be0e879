import * as zlib from 'node:zlib';
import { FridayError } from '../../errors.ts';

/** Inflates a zstd stream piece by piece. */
export interface Inflater {
  /** All bytes that this piece completes. Throws FridayError('input') if the bytes are not zstd. */
  push(piece: Uint8Array): Promise<Uint8Array[]>;
  close(): void;
}

/**
 * Limit of inflated bytes per record: a record holds at most 64 KB from a ring buffer, so a larger result is hostile.
 */
const MOST = 2 ** 26;

const broken = (cause: Error): FridayError =>
  new FridayError('input', 'a compressed record could not be inflated', {
    next: 'Records before it were read. Record again if you need the rest.',
    cause,
  });

/** Starts a zstd stream; perf's compressed records are pieces of one stream per file and cannot be inflated alone. */
export const inflater = (): Inflater => {
  // Node 20 has no zstd, although its types declare it.
  const create = (zlib as Partial<typeof zlib>).createZstdDecompress;
  if (create === undefined)
    throw new FridayError('missing', 'perf.data: expected Node 22.15 or newer to read a file recorded with -z', {
      next: 'Use fbf, which brings its own Node, or record without -z.',
    });
  const stream = create();
  let out: Uint8Array[] = [];
  let size = 0;
  let failed: Error | undefined;
  let wake: () => void = () => undefined;
  const fail = (error: Error): void => {
    failed ??= error;
    wake();
  };
  stream.on('error', fail);
  stream.on('data', (piece: Uint8Array) => {
    out.push(piece);
    size += piece.length;
    if (size > MOST) stream.destroy(new Error(`a record inflates to more than ${MOST} bytes`));
  });
  return {
    async push(piece) {
      size = 0;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (failed !== undefined) resolve();
        else
          stream.write(piece, () => {
            resolve();
          });
      });
      if (failed !== undefined) throw broken(failed);
      const got = out;
      out = [];
      return got;
    },
    close() {
      stream.destroy();
    },
  };
};
