import { createReadStream, open, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { FridayError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import type { ByteSource } from '../lib/bytes/peek.ts';

/** Bytes that are read from a file at a time. */
const CHUNK = 1 << 20;

/** A pipe as a socket, whose read can be cancelled; a file's read would keep the process until its writer writes. */
const pipeSource = async (file: string): Promise<ByteSource> =>
  new Socket({ fd: await promisify(open)(file, 'r'), readable: true, writable: false });

/** The bytes of a file or named pipe. Throws the system's error, and 'input' for a folder. */
export const fileSource = async (file: string): Promise<ByteSource> => {
  const about = statSync(file);
  if (about.isDirectory())
    throw new FridayError('input', `${printable(file, 200)}: expected a file, got a folder`, {
      next: 'Name a file in it.',
    });
  return about.isFIFO() ? pipeSource(file) : createReadStream(file, { highWaterMark: CHUNK });
};
