import { FridayError } from '../../errors.ts';
import { readNumber } from './attr.ts';
import type { Bytes } from '../../bytes/bytes.ts';
import { RECORD } from './format.ts';
import type { Header } from './header.ts';
import { inflater, type Inflater } from './zstd.ts';

/** Whole records, one after the other, from `from` to `to` of a view. */
export interface Block {
  readonly view: DataView;
  readonly from: number;
  readonly to: number;
  /** Releases the memory; the block must not be used afterwards. */
  release(): void;
}

/** Why and where the records ended early, as text for the user; undefined if they did not. */
export interface End {
  why: string | undefined;
  /** Bytes of the data section that were walked. */
  bytes: number;
  compressed: number;
}

export const newEnd = (): End => ({ why: undefined, bytes: 0, compressed: 0 });

/**
 * How much is read at once: records are at most 64 KB; tracing data and AUX data follow their records in any length.
 */
const CHUNK = 2 ** 22;

/** Bytes that follow a record without being part of its size. */
const trailing = (view: DataView, at: number, type: number, size: number, little: boolean): number => {
  if (type === RECORD.HEADER_TRACING_DATA && size >= 12) return Math.ceil(view.getUint32(at + 8, little) / 8) * 8;
  if (type === RECORD.AUXTRACE && size >= 16) return readNumber(view, at + 8, little);
  return 0;
};

/** The distance to the next record: the record's size and the data after it. AUX data is never in a block. */
export const recordSize = (view: DataView, at: number, little: boolean): number => {
  const type = view.getUint32(at, little);
  const size = view.getUint16(at + 6, little);
  return type === RECORD.HEADER_TRACING_DATA ? size + trailing(view, at, type, size, little) : size;
};

/**
 * How many bytes from `from` on are whole records; `bad` if the next one cannot be a record; `skip` bytes of AUX data
 * follow.
 */
const wholeRecords = (
  view: DataView,
  from: number,
  to: number,
  little: boolean,
): { readonly end: number; readonly skip: number; readonly bad: string | undefined; readonly need: number } => {
  let at = from;
  while (at + 8 <= to) {
    const type = view.getUint32(at, little);
    const size = view.getUint16(at + 6, little);
    if (size < 8) return { end: at, skip: 0, bad: `a record of type ${type} has ${size} bytes`, need: 0 };
    if (at + size > to) return { end: at, skip: 0, bad: undefined, need: size };
    const extra = trailing(view, at, type, size, little);
    if (type === RECORD.AUXTRACE) return { end: at + size, skip: extra, bad: undefined, need: 0 };
    if (at + size + extra > to) return { end: at, skip: 0, bad: undefined, need: size + extra };
    at += size + extra;
  }
  return { end: at, skip: 0, bad: undefined, need: 8 };
};

/** Reads the data section in chunks of whole records. AUX data is skipped; its record is kept. */
function* rawBlocks(bytes: Bytes, { dataAt, dataSize, little }: Header, end: End): Generator<Block> {
  const free: Uint8Array[] = [];
  let at = dataAt;
  const stop = dataAt + dataSize;
  let want = CHUNK;
  while (stop - at >= 8) {
    const reuse = want === CHUNK ? free.pop() : undefined;
    // The header may claim more data than the file has.
    const buffer = reuse ?? new Uint8Array(Math.max(0, Math.min(want, stop - at, bytes.size - at)));
    const got = bytes.read(at, buffer.subarray(0, Math.min(buffer.length, stop - at)));
    const view = new DataView(buffer.buffer);
    const { end: to, skip, bad, need } = wholeRecords(view, 0, got, little);
    if (to > 0)
      yield {
        view,
        from: 0,
        to,
        release: () => {
          if (buffer.length === CHUNK && free.length < 8) free.push(buffer);
        },
      };
    at += to + skip;
    end.bytes = at - dataAt;
    if (bad !== undefined) {
      end.why = `${bad} at byte ${at} of the file`;
      return;
    }
    if (to === 0 && need > Math.min(got, stop - at) && need > want && at + need <= Math.min(stop, bytes.size))
      want = need;
    else if (to === 0) break;
    else want = CHUNK;
  }
  if (at < stop) end.why = `the last ${stop - at} bytes are not a whole record`;
}

/** The payload of a compressed record. Type 83 gives its own length because it is padded. */
const payload = (view: DataView, at: number, little: boolean): Uint8Array => {
  const size = view.getUint16(at + 6, little);
  if (view.getUint32(at, little) === RECORD.COMPRESSED)
    return new Uint8Array(view.buffer, view.byteOffset + at + 8, size - 8);
  const length = size < 16 ? 0 : Math.min(size - 16, readNumber(view, at + 8, little));
  return new Uint8Array(view.buffer, view.byteOffset + at + Math.min(16, size), length);
};

const isCompressed = (type: number): boolean => type === RECORD.COMPRESSED || type === RECORD.COMPRESSED2;

const joined = (rest: Uint8Array, pieces: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, rest.length));
  whole.set(rest);
  let at = rest.length;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

/** Splits inflated bytes into whole records; the rest is kept for the next piece. */
const cutter = (little: boolean) => {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    left: () => rest.length,
    cut(pieces: readonly Uint8Array[]): { readonly block: Block | undefined; readonly bad: string | undefined } {
      const whole = joined(rest, pieces);
      const view = new DataView(whole.buffer);
      const { end, bad } = wholeRecords(view, 0, whole.length, little);
      rest = whole.slice(end);
      return { block: end === 0 ? undefined : { view, from: 0, to: end, release: () => undefined }, bad };
    },
  };
};

/** Splits a block at its compressed records: plain runs are kept, compressed records are replaced by their contents. */
async function* inflated(
  block: Block,
  little: boolean,
  state: { inflate?: Inflater; cut: ReturnType<typeof cutter> },
  end: End,
) {
  let from = block.from;
  for (let at = block.from; at < block.to;) {
    const type = block.view.getUint32(at, little);
    const size = block.view.getUint16(at + 6, little);
    if (isCompressed(type)) {
      if (at > from) yield { ...block, from, to: at, release: () => undefined };
      from = at + size;
      end.compressed++;
      state.inflate ??= inflater();
      const { block: inner, bad } = state.cut.cut(await state.inflate.push(payload(block.view, at, little)));
      if (inner !== undefined) yield inner;
      if (bad !== undefined) {
        end.why = `${bad} in a compressed record`;
        return;
      }
    }
    at += recordSize(block.view, at, little);
  }
  if (from < block.to) yield { ...block, from, release: () => undefined };
}

const hasCompressed = ({ view, from, to }: Block, little: boolean): boolean => {
  for (let at = from; at < to;) {
    const type = view.getUint32(at, little);
    if (isCompressed(type)) return true;
    at += recordSize(view, at, little);
  }
  return false;
};

/**
 * All records of the data section in file order, compressed ones inflated. An error ends the walk and is stored in
 * `end`.
 */
export async function* blocks(bytes: Bytes, header: Header, end: End): AsyncGenerator<Block> {
  const state: { inflate?: Inflater; cut: ReturnType<typeof cutter> } = { cut: cutter(header.little) };
  try {
    for (const block of rawBlocks(bytes, header, end)) {
      if (!hasCompressed(block, header.little)) yield block;
      else yield* inflated(block, header.little, state, end);
      if (end.why !== undefined) return;
    }
    if (state.cut.left() > 0) end.why = `the last ${state.cut.left()} inflated bytes are not a whole record`;
  } catch (error) {
    if (!(error instanceof FridayError) || error.kind !== 'input') throw error;
    end.why = error.message.split('\n')[0] ?? error.message;
  } finally {
    state.inflate?.close();
  }
}
