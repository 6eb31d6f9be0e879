import type { Bytes } from '../../bytes/bytes.ts';

/** One frame of what record.pl prints: a file of tracefs, or pages of a CPU. */
export interface Frame {
  /** 'ftrace' (the first one), 'file', 'cpu', 'end'; of record.sh 'ftracetext' (the first one), 'text', 'endtext'. */
  readonly kind: string;
  readonly name: string;
  readonly body: Uint8Array;
  /** Where the next frame begins. */
  readonly end: number;
}

const CHUNK = 2 ** 22;
/** A head is shorter than this; a body is at most 64 pages of 64 KB, or a table of names. */
const LONGEST_HEAD = 256;
const LONGEST_BODY = 2 ** 26;

const HEAD = /^@([a-z]+) ([^ \n]+) (\d{1,9})\n$/;

const NEWLINE = 10;

/**
 * Cuts the output of record.pl into frames. It ends at the first byte that is no frame, as in the output of a capture that
 * was cut: `onCut` gets its place.
 */
export function* framesOf(bytes: Bytes, onCut: (at: number) => void): Generator<Frame> {
  let from = 0;
  let chunk = new Uint8Array(0);
  const window = (at: number, length: number): Uint8Array => {
    if (at < from || at + length > from + chunk.length) {
      // A new buffer each time: frames of the old one may still be in use.
      chunk = new Uint8Array(Math.min(Math.max(CHUNK, length), Math.max(0, bytes.size - at)));
      chunk = chunk.subarray(0, bytes.read(at, chunk));
      from = at;
    }
    return chunk.subarray(at - from, Math.min(at - from + length, chunk.length));
  };
  for (let at = 0; at < bytes.size;) {
    const start = window(at, LONGEST_HEAD);
    const end = start.indexOf(NEWLINE) + 1;
    const [, kind, name = '', digits = ''] = HEAD.exec(Buffer.from(start.subarray(0, end)).toString('latin1')) ?? [];
    const length = Number(digits);
    if (kind === undefined || length > LONGEST_BODY || at + end + length > bytes.size) {
      onCut(at);
      return;
    }
    const body = window(at + end, length);
    at += end + length;
    yield { kind, name, body, end: at };
  }
}
