import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { FridayError } from '../errors.ts';
import { peek } from './peek.ts';
import type { ByteSource } from './peek.ts';

/** The bytes of a file without gzip, zstd, UTF-16 or a byte order mark, which are recognised by content. */
export const unpack = async (source: ByteSource): Promise<ByteSource> => {
  const { head, whole } = await peek(source, 4);
  const [a = 0, b = 0, c = 0, d = 0] = head;
  if (a === 0x1f && b === 0x8b) return unpack(decompressed(whole, createGunzip(), 'gzip'));
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd)
    return unpack(decompressed(whole, createZstdDecompress(), 'zstd'));
  if (a === 0xff && b === 0xfe) return utf8From(whole, 0, 2);
  if (a === 0xfe && b === 0xff) return utf8From(whole, 1, 2);
  if (a !== 0 && b === 0 && c !== 0 && d === 0 && head.length === 4) return utf8From(whole, 0, 0);
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return utf8From(whole, 1, 0);
  return a === 0xef && b === 0xbb && c === 0xbf ? without(whole, 3) : whole;
};

const decompressed = async function* (
  source: ByteSource,
  through: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>,
  name: string,
): ByteSource {
  const from = Readable.from(source, { objectMode: false });
  from.on('error', (error) => through.destroy(error));
  try {
    for await (const piece of from.pipe(through)) yield piece as Uint8Array;
  } catch (cause) {
    throw new FridayError('input', `file: expected a complete ${name} stream, got a damaged one`, {
      next: `Unpack it with ${name === 'gzip' ? 'gunzip' : name} to keep the part before the damage, and give that file.`,
      cause,
    });
  } finally {
    from.destroy();
    through.destroy();
  }
};

const without = async function* (source: ByteSource, bytes: number): ByteSource {
  let skip = bytes;
  for await (const piece of source) {
    if (skip < piece.length) yield piece.subarray(skip);
    skip = Math.max(0, skip - piece.length);
  }
};

/**
 * Converts UTF-16 to UTF-8 byte by byte, without a big string. `high` is the position of a unit's high byte: 0 in
 * big-endian, 1 in little-endian.
 */
const utf8From = async function* (source: ByteSource, bigEndian: 0 | 1, skip: number): ByteSource {
  let first: number | undefined;
  let surrogate = 0;
  for await (const piece of without(source, skip)) {
    const out = new Uint8Array(piece.length * 2 + 4);
    let at = 0;
    for (const byte of piece) {
      if (first === undefined) {
        first = byte;
        continue;
      }
      const unit = bigEndian === 1 ? (first << 8) | byte : (byte << 8) | first;
      first = undefined;
      if (unit >= 0xd800 && unit < 0xdc00) {
        surrogate = unit;
        continue;
      }
      const paired = unit >= 0xdc00 && unit < 0xe000 && surrogate !== 0;
      at = putUtf8(out, at, paired ? 0x10000 + ((surrogate - 0xd800) << 10) + (unit - 0xdc00) : unit);
      surrogate = 0;
    }
    yield out.subarray(0, at);
  }
};

const putUtf8 = (out: Uint8Array, at: number, code: number): number => {
  if (code < 0x80) out[at] = code;
  else if (code < 0x800) out.set([0xc0 | (code >> 6), 0x80 | (code & 63)], at);
  else if (code < 0x10000) out.set([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)], at);
  else out.set([0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)], at);
  return at + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
};
