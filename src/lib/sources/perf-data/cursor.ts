import { readBig, readNumber, type Big } from './attr.ts';

/** Reads fields in order; past the end it throws RangeError, which the caller reports as a truncated section. */
export interface ByteCursor {
  readonly at: number;
  readonly left: number;
  u16(): number;
  u32(): number;
  i32(): number;
  /** A u64 as a number; exact below 2^53. */
  number(): number;
  big(): Big;
  bytes(length: number): Uint8Array;
  /** `length` bytes up to the first NUL, as text. */
  text(length: number): string;
  /** A string of perf's header: a u32 length, then as many bytes, padded with NULs. */
  string(): string;
  skip(length: number): void;
}

const utf8 = new TextDecoder('utf-8');

/** The text of bytes up to the first NUL. */
export const textOf = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/** A cursor over the bytes from `from` to `to` of a view. */
export const cursorOf = (view: DataView, little: boolean, from = 0, to = view.byteLength): ByteCursor => {
  let at = from;
  const take = (length: number): number => {
    if (length < 0 || at + length > to) throw new RangeError(`expected ${length} bytes at ${at}, got ${to - at}`);
    at += length;
    return at - length;
  };
  const bytes = (length: number): Uint8Array => new Uint8Array(view.buffer, view.byteOffset + take(length), length);
  const u32 = (): number => view.getUint32(take(4), little);
  return {
    get at() {
      return at;
    },
    get left() {
      return to - at;
    },
    u16: () => view.getUint16(take(2), little),
    u32,
    i32: () => view.getInt32(take(4), little),
    number: () => readNumber(view, take(8), little),
    big: () => readBig(view, take(8), little),
    bytes,
    text: (length) => textOf(bytes(length)),
    string: () => textOf(bytes(u32())),
    skip: (length) => void take(length),
  };
};
