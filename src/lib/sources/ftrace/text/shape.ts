import { fitsBits } from '../../../columns/exact.ts';
import type { FieldColumn } from '../../formats/printed-columns.ts';

/** A value of a message, and the text before it: ' prev_pid=', ' ==> next_comm='. */
export interface Piece {
  readonly name: string;
  readonly literal: Uint8Array;
  readonly isNumber: boolean;
}

/** How the messages of one event are printed: its kernel's TP_printk(), as far as messages tell it. */
export interface Shape {
  readonly pieces: readonly Piece[];
  /** The text after the last value: ']'. */
  readonly tail: Uint8Array;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
const isHex = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && ((byte >= 97 && byte <= 102) || (byte >= 65 && byte <= 70)));
const [DASH, ZERO, X] = [45, 48, 120];

/** After the integer at `at`, decimal or with 0x; `at` if there is none. */
export const integerEnd = (bytes: Uint8Array, at: number, to: number): number => {
  if (bytes[at] === ZERO && bytes[at + 1] === X && at + 2 < to && isHex(bytes[at + 2])) {
    let end = at + 2;
    while (end < to && isHex(bytes[end])) end++;
    return end;
  }
  const from = bytes[at] === DASH ? at + 1 : at;
  let end = from;
  while (end < to && isDigit(bytes[end])) end++;
  return end === from ? at : end;
};

/** Digits that a float64 holds, whatever they are. */
const EXACT_DECIMALS = 15;
const EXACT_HEX = 13;

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

const bigintOf = (text: string): bigint => (text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text));

/** Puts the integer between two offsets into a column. */
export const putInteger = (column: FieldColumn, row: number, bytes: Uint8Array, from: number, to: number): void => {
  const isSixteen = bytes[from + 1] === X;
  if (to - from > (isSixteen ? EXACT_HEX + 2 : EXACT_DECIMALS)) {
    const value = bigintOf(latin1(bytes, from, to));
    if (fitsBits(value)) column.integer(row, value);
    else column.bytes(row, bytes, from, to);
    return;
  }
  let value = 0;
  if (isSixteen) for (let i = from + 2; i < to; i++) value = value * 16 + hexValue(bytes[i] as number);
  else for (let i = bytes[from] === DASH ? from + 1 : from; i < to; i++) value = value * 10 + (bytes[i] as number) - 48;
  column.numbers.set(row, bytes[from] === DASH ? -value : value);
};

const hexValue = (byte: number): number => (byte <= 57 ? byte - 48 : (byte | 32) - 87);

const isAt = (bytes: Uint8Array, at: number, to: number, literal: Uint8Array): boolean => {
  if (at + literal.length > to) return false;
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
  return true;
};

/** Where a literal begins, from `at` on; -1 if it is nowhere. */
const find = (bytes: Uint8Array, at: number, to: number, literal: Uint8Array): number => {
  const [first] = literal;
  for (let i = at; i + literal.length <= to; i++) if (bytes[i] === first && isAt(bytes, i, to, literal)) return i;
  return -1;
};

/** What follows a value: the literal of the next piece, or the tail at the message's end. */
const isAfter = (bytes: Uint8Array, at: number, to: number, { pieces, tail }: Shape, piece: number): boolean => {
  const next = pieces[piece + 1];
  return next === undefined ? at + tail.length === to && isAt(bytes, at, to, tail) : isAt(bytes, at, to, next.literal);
};

/** Where a text ends: at the next literal, and where that announces a number, only if a number and what follows it are there. */
const textEnd = (bytes: Uint8Array, from: number, to: number, shape: Shape, piece: number): number => {
  const next = shape.pieces[piece + 1];
  if (next === undefined) {
    const end = to - shape.tail.length;
    return end >= from && isAt(bytes, end, to, shape.tail) ? end : -1;
  }
  for (let at = find(bytes, from, to, next.literal); at >= 0; at = find(bytes, at + 1, to, next.literal)) {
    if (!next.isNumber) return at;
    const value = at + next.literal.length;
    const end = integerEnd(bytes, value, to);
    if (end > value && isAfter(bytes, end, to, shape, piece + 1)) return at;
  }
  return -1;
};

/** Finds the values of a message: `ends` gets the beginning and end of each. False if the message has another shape. */
export const matches = (shape: Shape, bytes: Uint8Array, from: number, to: number, ends: number[]): boolean => {
  let at = from;
  for (let piece = 0; piece < shape.pieces.length; piece++) {
    const { literal, isNumber } = shape.pieces[piece] as Piece;
    if (!isAt(bytes, at, to, literal)) return false;
    at += literal.length;
    const end = isNumber ? integerEnd(bytes, at, to) : textEnd(bytes, at, to, shape, piece);
    if (end < 0 || (isNumber && (end === at || !isAfter(bytes, end, to, shape, piece)))) return false;
    ends[piece * 2] = at;
    ends[piece * 2 + 1] = end;
    at = end;
  }
  return true;
};
