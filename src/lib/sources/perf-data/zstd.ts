import * as zlib from 'node:zlib';
import { FridayError } from '../../errors.ts';

/** Inflates one zstd stream piece by piece. */
export interface Inflater {
  /** All bytes that are known after this piece. Throws FridayError('input') on bytes that are no zstd. */
  push(piece: Uint8Array): Promise<Uint8Array[]>;
  close(): void;
}

/** A record holds at most 64 KB, and perf fills it from a ring buffer: what grows beyond this is hostile. */
const MOST = 2 ** 26;

const broken = (cause: Error): FridayError =>
  new FridayError('input', 'a compressed record cannot be inflated', {
    next: 'What came before it was read; record again if the rest matters.',
    cause,
  });

/** Starts a zstd stream; perf's records of one file are pieces of it, and none can be read alone. */
export const inflater = (): Inflater => {
  // Node 20 has no zstd, whatever its types say.
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
    if (size > MOST) stream.destroy(new Error(`it grows beyond ${MOST} bytes`));
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
