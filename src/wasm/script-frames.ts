// Stack lines of `perf script` as frames: a function and its binary.
import { take } from './room';
import { pair, Pairs, startPairs } from './pairs';
import { frames, hashed, intern, textAt, textLength } from './texts';

const NONE: u32 = 0xffffffff;
const SPACE: u8 = 32;
const TAB: u8 = 9;

let keepUnknown: bool = false;
let places: Pairs = changetype<Pairs>(0);

export function startFrames(unknown: bool): void {
  keepUnknown = unknown;
  places = startPairs(1 << 14);
}

/** Splits a plain stack line, `  HEX name+0xOFFSET (dso)`, into function and binary; other lines are kept whole. */
export function frame(p: usize, e: usize, text: u32): void {
  store<u32>(frames + (<usize>text << 2), NONE);
  let q = p;
  while (q < e && (load<u8>(q) == SPACE || load<u8>(q) == TAB)) q++;
  const address = q;
  while (q < e && hex(load<u8>(q))) q++;
  if (address == p || q == address || q - address > 16 || q + 4 >= e || load<u8>(q) != SPACE || load<u8>(e - 1) != 41) return;
  const name = q + 1;
  const dso = dsoBefore(name, e - 1);
  if (!dso) return;
  const nameEnd = offsetBefore(name, dso - 2);
  if (!nameEnd || !plain(load<u8>(name)) || !plain(load<u8>(nameEnd - 1)) || load<u8>(name) == 40) return;
  if (keepUnknown && nameEnd - name == 9 && load<u64>(name) == 0x6e776f6e6b6e755b) return;
  const a = intern(name, nameEnd - name, hashed(name, nameEnd - name));
  const b = intern(dso, e - 1 - dso, hashed(dso, e - 1 - dso));
  store<u32>(frames + (<usize>text << 2), pair(places, a, b) + 1);
}

// @ts-ignore: decorator
@inline
function hex(c: u8): bool {
  return <u32>c - 48 < 10 || <u32>c - 97 < 6;
}

// @ts-ignore: decorator
@inline
function plain(c: u8): bool {
  return c > SPACE && c < 128;
}

/** Where the text in the last ` (` ... `)` starts, if it has no blank or parenthesis; else 0. */
function dsoBefore(name: usize, close: usize): usize {
  for (let q = close; q > name + 1; q--) {
    const c = load<u8>(q - 1);
    if (c == 40) return load<u8>(q - 2) == SPACE && q > name + 2 ? q : 0;
    if (c == 41 || c <= SPACE || c > 127) return 0;
  }
  return 0;
}

/** Where the name ends: before `+0x` and hex digits, or at `e` without them; 0 if the two readers would disagree. */
function offsetBefore(name: usize, e: usize): usize {
  let q = e;
  while (q > name && hex(load<u8>(q - 1))) q--;
  if (q < e && q - name > 3 && load<u32>(q - 4) >> 8 == 0x78302b) return q - 3;
  for (q = name; q + 2 < e; q++) if ((load<u32>(q) & 0xffffff) == 0x78302b) return 0;
  return e;
}

/** The frame of a text that TypeScript interned, read as a stack line. */
export function asFrame(text: u32): void {
  if (load<u32>(frames + (<usize>text << 2))) return;
  const n = textLength(text);
  const copy = take(n);
  memory.copy(copy, textAt(text), n);
  frame(copy, copy + n, text);
  heap.free(copy);
}

/** Two u32 per frame: the text of its name and the text of its binary. */
export function frameNames(): usize {
  return places.a;
}

export function frameBinaries(): usize {
  return places.b;
}

export function frameCount(): u32 {
  return places.count;
}
