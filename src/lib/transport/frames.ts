/** The marks around an answer, in a stream into which a login shell may print anything. */
export const beginMark = (nonce: string): string => `@@fbf+${nonce}@@`;
export const endMark = (nonce: string): string => `@@fbf-${nonce} `;
const CLOSE = '@@';
/** Status digits and the closing mark that follow `endMark`. */
const TAIL = 3 + CLOSE.length;

/** Bytes between two marks of one stream; everything before the first mark is dropped. */
export interface FrameReader {
  /** Takes the next bytes; returns what follows the end mark when that has arrived, undefined until then. */
  add(bytes: Uint8Array): Uint8Array | undefined;
  readonly bytes: () => Buffer;
  readonly status: () => number;
}

/** A buffer that doubles when it is full; `end` bytes of it are used. */
const growing = () => {
  let buffer = Buffer.allocUnsafe(4096);
  let end = 0;
  return {
    append: (bytes: Uint8Array): void => {
      if (end + bytes.length > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, end + bytes.length));
        buffer.copy(larger, 0, 0, end);
        buffer = larger;
      }
      buffer.set(bytes, end);
      end += bytes.length;
    },
    all: (): Buffer => buffer.subarray(0, end),
  };
};

/**
 * Reads one frame `@@fbf+NONCE@@ .. @@fbf-NONCE STATUS@@` from a stream that arrives in pieces of any size; `onBytes`
 * gets its content as it arrives. Throws when the frame is larger than `limit` bytes.
 */
export const readFrame = (nonce: string, limit: number, onBytes?: (bytes: Uint8Array) => void): FrameReader => {
  const begin = beginMark(nonce);
  const end = endMark(nonce);
  const kept = growing();
  let start = -1;
  let searched = 0;
  let stop = -1;
  let status = -1;
  const add = (bytes: Uint8Array): Uint8Array | undefined => {
    kept.append(bytes);
    const all = kept.all();
    if (all.length > limit) throw new RangeError(`more than ${limit} bytes`);
    if (start < 0) {
      const at = all.indexOf(begin, searched, 'latin1');
      searched = Math.max(0, all.length - begin.length);
      if (at < 0) return undefined;
      start = searched = at + begin.length;
    }
    onBytes?.(all.subarray(Math.max(start, all.length - bytes.length)));
    const at = all.indexOf(end, searched, 'latin1');
    searched = at < 0 ? Math.max(start, all.length - end.length) : at;
    const close = at < 0 ? -1 : all.indexOf(CLOSE, at + end.length, 'latin1');
    if (close < 0 || close > at + end.length + TAIL) return undefined;
    stop = at;
    status = Number(all.toString('latin1', at + end.length, close));
    return all.subarray(close + CLOSE.length);
  };
  return { add, bytes: () => kept.all().subarray(start, stop), status: () => status };
};
