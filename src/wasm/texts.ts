// Distinct byte strings, numbered in order of first appearance. They are found by hash and then compared byte by byte.
import { Cells, cellAt, newCells, numberIn, putCell, widenCells } from './cells';
import { salt, seed } from './hash';
import { equal, grown, take } from './room';

const NEWLINE: v128 = i8x16.splat(10);
const K1: u64 = 0x9e3779b97f4a7c15;
const K2: u64 = 0xc2b2ae3d27d4eb4f;
const K3: u64 = 0xd6e8feb86659fd93;

export let count: u32 = 0;
/** u32 per text: its offset in the arena. */
export let starts: usize = 0;
export let lengths: usize = 0;
/** u8 per text: marks that the scanner sets. */
export let marks: usize = 0;
/** u32 per text: its frame, if it is a stack line. */
export let frames: usize = 0;
/** u32 per text: the stack line that last followed it. */
export let followers: usize = 0;
export let arena: usize = 0;
let room: u32 = 0;
let used: usize = 0;
let arenaRoom: usize = 0;
let cells: Cells = changetype<Cells>(0);
let masks: usize = 0;

export function startTexts(secret: u64): void {
  salt(secret);
  masks = take(17 * 16);
  for (let k: usize = 0; k <= 16; k++) for (let i: usize = 0; i < 16; i++) store<u8>(masks + k * 16 + i, i < k ? 255 : 0);
  growTexts(1 << 12);
  arenaRoom = 1 << 22;
  arena = grown(0, 0, arenaRoom);
}

function growTexts(to: u32): void {
  starts = grown(starts, room * 4, to * 4);
  lengths = grown(lengths, room * 4, to * 4);
  marks = grown(marks, room, to);
  frames = grown(frames, room * 4, to * 4);
  followers = grown(followers, room * 4, to * 4);
  room = to;
  if (changetype<usize>(cells)) widenCells(cells, to);
  else cells = newCells(to);
}

// @ts-ignore: decorator
@inline
function mixed(h: u64, v: u64, k: u64): u64 {
  return rotl((h ^ v) * k, 29);
}

// @ts-ignore: decorator
@inline
function finished(h1: u64, h2: u64, n: usize): u32 {
  let h = (h1 ^ rotl(h2, 17) ^ (<u64>n)) * K3;
  h ^= h >> 32;
  h *= K1;
  return <u32>(h >> 32);
}

/** The hash of the last line that `eol` read. */
export let lineHash: u32 = 0;

/** Where the line at `p` ends: at its newline, which must exist. Sets `lineHash`. */
// @ts-ignore: decorator
@inline
export function eol(p: usize): usize {
  let h1 = seed;
  let h2 = seed ^ K3;
  let q = p;
  while (true) {
    const v = v128.load(q);
    const found = i8x16.bitmask(i8x16.eq(v, NEWLINE));
    if (found) {
      const k = <usize>ctz(found);
      const part = v128.and(v, v128.load(masks + (k << 4)));
      h1 = mixed(h1, i64x2.extract_lane(part, 0), K1);
      h2 = mixed(h2, i64x2.extract_lane(part, 1), K2);
      lineHash = finished(h1, h2, q + k - p);
      return q + k;
    }
    h1 = mixed(h1, i64x2.extract_lane(v, 0), K1);
    h2 = mixed(h2, i64x2.extract_lane(v, 1), K2);
    q += 16;
  }
}

/** The hash of `n` bytes at `p`, equal to the one that `eol` computes. */
export function hashed(p: usize, n: usize): u32 {
  let h1 = seed;
  let h2 = seed ^ K3;
  const end = p + (n & ~15);
  for (; p < end; p += 16) {
    const v = v128.load(p);
    h1 = mixed(h1, i64x2.extract_lane(v, 0), K1);
    h2 = mixed(h2, i64x2.extract_lane(v, 1), K2);
  }
  const part = v128.and(v128.load(p), v128.load(masks + ((n & 15) << 4)));
  h1 = mixed(h1, i64x2.extract_lane(part, 0), K1);
  h2 = mixed(h2, i64x2.extract_lane(part, 1), K2);
  return finished(h1, h2, n);
}

/** The number of a stored text, else 0xffffffff. */
export function find(p: usize, n: usize, hash: u32): u32 {
  for (let slot = hash; ; slot++) {
    const cell = cellAt(cells, slot);
    if (!cell) break;
    if (<u32>cell != hash) continue;
    const at = (<usize>numberIn(cell)) << 2;
    if (load<u32>(lengths + at) == <u32>n && equal(p, arena + load<u32>(starts + at), n)) return numberIn(cell);
  }
  return 0xffffffff;
}

/** The number of the text of `n` bytes at `p`, stored if it is new. `p` must not point into the arena. */
export function intern(p: usize, n: usize, hash: u32): u32 {
  const known = find(p, n, hash);
  if (known != 0xffffffff) return known;
  if (count == room) growTexts(room * 2);
  if (used + n > arenaRoom) {
    let to = arenaRoom;
    while (used + n > to) to += to < (1 << 26) ? to : 1 << 26;
    arena = grown(arena, arenaRoom, to);
    arenaRoom = to;
  }
  memory.copy(arena + used, p, n);
  const at = <usize>count << 2;
  store<u32>(starts + at, <u32>used);
  store<u32>(lengths + at, <u32>n);
  used += n;
  putCell(cells, hash, count);
  return count++;
}

// @ts-ignore: decorator
@inline
export function textAt(id: u32): usize {
  return arena + load<u32>(starts + (<usize>id << 2));
}

// @ts-ignore: decorator
@inline
export function textLength(id: u32): usize {
  return load<u32>(lengths + (<usize>id << 2));
}
