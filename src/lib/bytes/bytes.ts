import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file or buffer that can be read at any offset. */
export interface Bytes {
  readonly size: number;
  /** When the file was last written, in ms since 1970; undefined for buffers and streams. */
  readonly modified?: number;
  /** Fills `into` with the bytes at `at` and returns how many there were. */
  read(at: number, into: Uint8Array): number;
  close(): void;
}

/** The bytes of a buffer. */
export const bytesOf = (buffer: Uint8Array): Bytes => ({
  size: buffer.length,
  read(at, into) {
    const from = buffer.subarray(Math.min(at, buffer.length), Math.min(at + into.length, buffer.length));
    into.set(from);
    return from.length;
  },
  close: () => undefined,
});

const fromDescriptor = (fd: number): Bytes => ({
  size: fstatSync(fd).size,
  read(at, into) {
    let have = 0;
    while (have < into.length) {
      const got = readSync(fd, into, have, into.length - have, at + have);
      if (got === 0) break;
      have += got;
    }
    return have;
  },
  close() {
    closeSync(fd);
  },
});

/** The bytes of a file. Throws the error of open(2). */
export const bytesOfFile = (path: string): Bytes => {
  const fd = openSync(path, 'r');
  return { ...fromDescriptor(fd), modified: fstatSync(fd).mtimeMs };
};

/** `length` bytes at `at`; fewer if the file ends earlier or `limit` forbids more. */
export const slice = (bytes: Bytes, at: number, length: number, limit = 2 ** 30): Uint8Array => {
  const room = Math.max(0, Math.min(length, bytes.size - at, limit));
  const into = new Uint8Array(Number.isFinite(room) ? room : 0);
  return into.subarray(0, bytes.read(at, into));
};

/** How much of a stream is kept in memory; longer streams go to a temporary file. */
const IN_MEMORY = 2 ** 26;

const joined = (pieces: readonly Uint8Array[], size: number): Uint8Array => {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

/** A temporary file without a name: its blocks are freed when it is closed or when this process ends in any way. */
const namelessFile = (): number => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-stream-'));
  try {
    return openSync(join(folder, 'stream'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const writeWhole = (fd: number, piece: Uint8Array): void => {
  for (let at = 0; at < piece.length;) at += writeSync(fd, piece, at);
};

/**
 * A stream as bytes that can be read at any offset: perf.data has the sections that describe its data after the data.
 * Long streams are kept in a temporary file until close().
 */
export const bytesOfStream = async (source: AsyncIterable<Uint8Array>): Promise<Bytes> => {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let spool: number | undefined;
  try {
    for await (const piece of source) {
      if (spool === undefined) pieces.push(piece.slice());
      else writeWhole(spool, piece);
      size += piece.length;
      if (spool === undefined && size > IN_MEMORY) {
        spool = namelessFile();
        for (const early of pieces.splice(0)) writeWhole(spool, early);
      }
    }
  } catch (error) {
    if (spool !== undefined) closeSync(spool);
    throw error;
  }
  return spool === undefined ? bytesOf(joined(pieces, size)) : fromDescriptor(spool);
};
