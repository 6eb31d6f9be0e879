import { open } from 'node:fs/promises';
import { FridayError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';

/** No file of /proc or /sys comes near; what is longer is another file, or one without an end. */
const MOST = 256 * 1024 * 1024;

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

const tooLong = (path: string, got: string): FridayError =>
  new FridayError('input', `${printable(path, 200)}: expected at most ${megabytes(MOST)} for one sample, got ${got}`, {
    next: 'Check that it is the file you mean, or give a part of it: head -c 100M FILE | fbf decode SOURCE /dev/stdin',
  });

/** A whole file, pipes and devices included. Throws 'input' where it does not end within 256 MB. */
export const readBounded = async (path: string): Promise<Uint8Array> => {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MOST) throw tooLong(path, megabytes(size));
    const pieces: Buffer[] = [];
    let total = 0;
    for await (const piece of file.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) {
      pieces.push(piece as Buffer);
      total += (piece as Buffer).length;
      if (total > MOST) throw tooLong(path, 'more');
    }
    return Buffer.concat(pieces, total);
  } catch (error) {
    // Errors of reading, unlike those of opening, do not say which file it was.
    throw error instanceof Error && 'code' in error ? Object.assign(error, { path }) : error;
  } finally {
    await file.close();
  }
};
