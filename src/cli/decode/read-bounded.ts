import { open } from 'node:fs/promises';
import { FridayError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';

/** Far more than any file in /proc or /sys; a larger one is a wrong file or endless. */
const MOST = 256 * 1024 * 1024;

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

/** What a file is read as, and what to do if it is too large for that. */
export interface ReadAs {
  readonly as: string;
  readonly next: string;
}

const sample: ReadAs = {
  as: 'one sample',
  next: 'Check that it is the file you mean, or give a part of it: head -c 100M FILE | fbf decode SOURCE /dev/stdin',
};

/** Reads a whole file, pipe or device. Throws 'input' if it is larger than 256 MB. */
export const readBounded = async (path: string, { as, next }: ReadAs = sample): Promise<Uint8Array> => {
  const tooLong = (got: string): FridayError =>
    new FridayError('input', `${printable(path, 200)}: expected at most ${megabytes(MOST)} for ${as}, got ${got}`, {
      next,
    });
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MOST) throw tooLong(megabytes(size));
    const pieces: Buffer[] = [];
    let total = 0;
    for await (const piece of file.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) {
      pieces.push(piece as Buffer);
      total += (piece as Buffer).length;
      if (total > MOST) throw tooLong('more');
    }
    return Buffer.concat(pieces, total);
  } catch (error) {
    // Node's read errors, unlike its open errors, do not contain the path.
    throw error instanceof Error && 'code' in error ? Object.assign(error, { path }) : error;
  } finally {
    await file.close();
  }
};
