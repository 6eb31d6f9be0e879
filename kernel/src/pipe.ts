/** Frames between front and user process: magic number, length of JSON, length of buffers, JSON, buffers. */
const MARK = 0x46424631;
const HEAD = 12;

export interface PipeFrame<T> {
  readonly message: T;
  readonly buffers: readonly Buffer[];
}

/** One frame as one buffer, so that it is written by one write. */
export const encodeFrame = (message: object, buffers: readonly Uint8Array[] = []): Buffer => {
  const sizes = buffers.map((buffer) => buffer.byteLength);
  const json = Buffer.from(JSON.stringify(sizes.length > 0 ? { ...message, sizes } : message), 'utf8');
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(MARK, 0);
  head.writeUInt32LE(json.length, 4);
  head.writeUInt32LE(
    sizes.reduce((sum, size) => sum + size, 0),
    8,
  );
  return Buffer.concat([head, json, ...buffers]);
};

const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  let at = 0;
  return sizes.map((size) => Buffer.from(bytes.subarray(at, (at += size))));
};

/** Splits bytes into whole frames; a frame that a stop cut off is lost, later ones are not. */
export const createFrameReader = <T>(receive: (frame: PipeFrame<T>) => void): ((chunk: Buffer) => void) => {
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(MARK, 0);
  let chunks: Buffer[] = [];
  let have = 0;
  let need = HEAD;
  const take = (bytes: Buffer): Buffer => {
    for (;;) {
      if (bytes.length < HEAD) return rest(bytes, HEAD);
      if (bytes.readUInt32LE(0) !== MARK) {
        const next = bytes.indexOf(mark, 1);
        if (next < 0) return rest(bytes.subarray(-3), HEAD);
        bytes = bytes.subarray(next);
        continue;
      }
      const json = bytes.readUInt32LE(4);
      const total = HEAD + json + bytes.readUInt32LE(8);
      if (bytes.length < total) return rest(bytes, total);
      const message = JSON.parse(bytes.toString('utf8', HEAD, HEAD + json)) as T & { sizes?: number[] };
      receive({ message, buffers: message.sizes ? cut(bytes.subarray(HEAD + json, total), message.sizes) : [] });
      bytes = bytes.subarray(total);
    }
  };
  const rest = (bytes: Buffer, wanted: number): Buffer => {
    need = wanted;
    return bytes;
  };
  return (chunk) => {
    chunks.push(chunk);
    have += chunk.length;
    if (have < need) return;
    const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    // A stop may abort what follows: these chunks are then lost, but never read twice.
    chunks = [];
    have = 0;
    need = HEAD;
    const left = take(bytes);
    if (left.length > 0) chunks.push(left);
    have = left.length;
  };
};
