// The fields of tracepoint samples: numbers and texts in a record's data, written as cells of columns.
import { ByText, cellOf, newByText } from './by-text';
import { grown } from './room';
import { hashed, intern } from './texts';

/** Kinds of fields: numbers by size and sign, text up to its NUL; the kind above text is raw bytes. */
const SIGNED: u32 = 16;
export const TEXT: u32 = 32;

/** How many 16-byte texts a field caches, in 24 bytes each. */
const RECENT: u32 = 256;

@unmanaged
export class Field {
  kind: u32;
  offset: u32;
  size: u32;
  /**
   * 0: the data are in place; 1: a 4-byte descriptor gives offset and length from the start of the data; 2: from the
   * end of the field; 3: the data are all that is left of the record, and the size is 0.
   */
  located: u32;
  /** Bytes of a cell. */
  width: u32;
  cells: usize;
  /** For texts: code + 1 by number of the text, and the number by code. */
  codes: ByText;
  names: usize;
  namesRoom: u32;
  count: u32;
  /** Cache of 16-byte texts by hash: two words and the code + 1 each. */
  recent: usize;
}

export function newField(kind: u32, offset: u32, size: u32, located: u32): Field {
  const f = changetype<Field>(grown(0, 0, offsetof<Field>()));
  f.kind = kind;
  f.offset = offset;
  f.size = size;
  f.located = located;
  f.width = kind >= TEXT ? 4 : size;
  if (kind >= TEXT) {
    f.recent = grown(0, 0, RECENT * 24);
    f.codes = newByText(4);
  }
  return f;
}

function codeOf(f: Field, at: usize, length: usize): u32 {
  const text = intern(at, length, hashed(at, length));
  const cell = cellOf(f.codes, text);
  const known = load<u32>(cell);
  if (known) return known - 1;
  if (f.count == f.namesRoom) {
    const to = f.namesRoom ? f.namesRoom * 2 : 256;
    f.names = grown(f.names, <usize>f.namesRoom * 4, <usize>to * 4);
    f.namesRoom = to;
  }
  store<u32>(f.names + ((<usize>f.count) << 2), text);
  f.count++;
  store<u32>(cell, f.count);
  return f.count - 1;
}

// @ts-ignore: decorator
@inline
function untilNul(at: usize, length: usize): usize {
  let end: usize = 0;
  while (end < length && load<u8>(at + end)) end++;
  return end;
}

/** Thread names are 16 bytes: two words are compared before anything is hashed. */
// @ts-ignore: decorator
@inline
function nameCode(f: Field, at: usize): u32 {
  const a = load<u64>(at);
  const b = load<u64>(at + 8);
  const h = (a ^ (b * 0x9e3779b97f4a7c15)) * 0xc2b2ae3d27d4eb4f;
  const slot = f.recent + <usize>((h >> 56) & (RECENT - 1)) * 24;
  const known = load<u32>(slot + 16);
  if (known && load<u64>(slot) == a && load<u64>(slot + 8) == b) return known - 1;
  const code = codeOf(f, at, untilNul(at, 16));
  store<u64>(slot, a);
  store<u64>(slot + 8, b);
  store<u32>(slot + 16, code + 1);
  return code;
}

/** Writes a field's cell; false if its bytes lie outside the record's data. */
// @ts-ignore: decorator
@inline
export function put(f: Field, row: usize, data: usize, room: u32): bool {
  if (f.offset + f.size > room) return false;
  const at = data + f.offset;
  const kind = f.kind;
  if (kind == 4 || kind == (4 | SIGNED)) {
    store<u32>(f.cells + (row << 2), load<u32>(at));
    return true;
  }
  if (kind == 8 || kind == (8 | SIGNED)) {
    store<u64>(f.cells + (row << 3), load<u64>(at));
    return true;
  }
  if (kind == TEXT && !f.located && f.size == 16) {
    store<u32>(f.cells + (row << 2), nameCode(f, at));
    return true;
  }
  if ((kind & 15) == 2) {
    store<u16>(f.cells + (row << 1), load<u16>(at));
    return true;
  }
  if ((kind & 15) == 1 && kind < TEXT) {
    store<u8>(f.cells + row, load<u8>(at));
    return true;
  }
  return putText(f, row, data, room);
}

function putText(f: Field, row: usize, data: usize, room: u32): bool {
  let at = data + f.offset;
  let length = <usize>f.size;
  if (f.located == 3) length = <usize>(room - f.offset);
  else if (f.located) {
    const said = load<u32>(at);
    const from = (said & 0xffff) + (f.located == 2 ? f.offset + f.size : 0);
    length = <usize>(said >> 16);
    if (from + <u32>length > room) return false;
    at = data + from;
  }
  if (f.kind == TEXT) length = untilNul(at, length);
  store<u32>(f.cells + (row << 2), codeOf(f, at, length));
  return true;
}
