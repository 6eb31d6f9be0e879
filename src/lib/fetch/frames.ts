import type { ByteSource } from '../bytes/peek.ts';
import { FridayError } from '../errors.ts';

/**
 * An answer of symbols.pl or symbols.sh. Kinds: e, d (parts of an ELF file and of its debug file), w, W (the same as whole
 * files), m (map of a process), k, o, n (kallsyms, modules and notes of the kernel), s (known already), x (not sent, with
 * the reason), z (the end).
 */
export interface Frame {
  readonly kind: string;
  readonly index: string;
  readonly fields: readonly string[];
  readonly body: Uint8Array;
}

const LENGTH = /^\d{1,15}$/;
const LONGEST_LINE = 4096;
const NEWLINE = 10;
const AT = 0x40;
const latin1 = new TextDecoder('latin1');

const damaged = (got: string): FridayError =>
  new FridayError('input', `symbols of the host: expected a frame, got ${got}`, { next: 'Fetch them again.' });

/** Takes lines and lengths from a stream that arrives in pieces of any size. */
const puller = (source: ByteSource) => {
  const rest = source[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array(0);
  const filled = async (): Promise<boolean> => {
    while (piece.length === 0) {
      const next = await rest.next();
      if (next.done === true) return false;
      piece = next.value;
    }
    return true;
  };
  return {
    /** The next byte, which stays; undefined at the end. */
    first: async () => ((await filled()) ? piece[0] : undefined),
    /** A line without its end; undefined if the stream ends in it. */
    async line(most: number): Promise<Uint8Array | undefined> {
      const parts: Uint8Array[] = [];
      for (let size = 0; await filled();) {
        const end = piece.indexOf(NEWLINE);
        const part = end < 0 ? piece : piece.subarray(0, end);
        if ((size += part.length) > most) throw damaged(`a line of more than ${most} bytes`);
        parts.push(part);
        piece = piece.subarray(end < 0 ? piece.length : end + 1);
        if (end >= 0) return parts.length === 1 ? part : Buffer.concat(parts);
      }
      return undefined;
    },
    async take(length: number): Promise<Uint8Array | undefined> {
      const parts: Uint8Array[] = [];
      let left = length;
      while (left > 0 && (await filled())) {
        const part = piece.subarray(0, left);
        parts.push(part);
        left -= part.length;
        piece = piece.subarray(part.length);
      }
      return left > 0 ? undefined : Buffer.concat(parts);
    },
    close: () => rest.return?.(undefined),
  };
};

type Puller = ReturnType<typeof puller>;

/** Lines that each begin with a space, up to the next frame: a text whose length the host could not tell. */
const spacedText = async (from: Puller, most: number): Promise<Uint8Array | undefined> => {
  const lines: Uint8Array[] = [];
  let size = 0;
  for (let first = await from.first(); first !== AT; first = await from.first()) {
    const line = await from.line(LONGEST_LINE);
    if (line === undefined) return undefined;
    if ((size += line.length) > most) throw damaged(`a text of more than ${most} bytes`);
    lines.push(line.subarray(1), Uint8Array.of(NEWLINE));
  }
  return Buffer.concat(lines);
};

/** The frames of a stream; throws FridayError('input') for anything else, and for a body over `most` bytes. */
export async function* readFrames(
  source: ByteSource,
  { nonce, most }: { readonly nonce: string; readonly most: number },
): AsyncGenerator<Frame> {
  const from = puller(source);
  try {
    for (;;) {
      const line = await from.line(LONGEST_LINE);
      if (line === undefined) return;
      const [mark, kind = '', index = '', length = '', ...fields] = latin1.decode(line).split(' ');
      if (mark !== `@${nonce}`) throw damaged('other bytes');
      if (length !== '-' && !(LENGTH.test(length) && Number(length) <= most))
        throw damaged(`one of ${JSON.stringify(length)} bytes`);
      const body = length === '-' ? await spacedText(from, most) : await from.take(Number(length));
      if (body === undefined) return;
      yield { kind, index, fields, body };
    }
  } finally {
    await from.close();
  }
}
