// A cache of callchain segments: the same words with the same keys give the same stack, with one look-up instead of one
// per frame. Entries are found by hash and then compared word by word.
import { Cells, cellAt, clearCells, newCells, numberIn, putCell, widenCells } from './cells';
import { seed } from './hash';
import { equal, grown } from './room';

/** `find` returns it for a segment that is not in the cache; the caller then adds the segment with `keep`. */
export const MISS: u32 = 0xfffffffe;

/** The words of all segments are stored one after the other; each segment has an entry. */
@unmanaged
class Stretch {
  key: u32;
  kind: u32;
  words: u32;
  count: u32;
  stack: u32;
}
const STRETCH: usize = 20;

/** The limit of stored words. When it is exceeded, the cache is emptied. */
const MOST_WORDS: u32 = 1 << 22;
let words: usize = 0;
let wordsRoom: u32 = 0;
let wordsUsed: u32 = 0;
let stretches: usize = 0;
let stretchRoom: u32 = 0;
let stretchCount: u32 = 0;
let cells: Cells = changetype<Cells>(0);
/** Hash of the last look-up. */
let hash: u32 = 0;
/**
 * Set when too many entries share the hash, or nearly so; a crafted file can do this despite the secret. Such segments
 * are walked and not cached.
 */
let crowded: bool = false;
const MOST_PROBES: u32 = 64;

export function startChainCache(): void {
  wordsRoom = 1 << 16;
  words = grown(0, 0, (<usize>wordsRoom) * 8);
  widen(1 << 12);
}

function widen(to: u32): void {
  stretches = grown(stretches, (<usize>stretchRoom) * STRETCH, (<usize>to) * STRETCH);
  stretchRoom = to;
  if (changetype<usize>(cells)) widenCells(cells, to);
  else cells = newCells(to);
}

// @ts-ignore: decorator
@inline
function hashed(from: usize, to: usize, key: u32, kind: u32): u32 {
  let a: u64 = seed ^ (((<u64>kind) << 32) | key);
  let b: u64 = seed;
  let at = from;
  for (; at + 16 <= to; at += 16) {
    a = rotl((a ^ load<u64>(at)) * 0x9e3779b97f4a7c15, 29);
    b = rotl((b ^ load<u64>(at + 8)) * 0xc2b2ae3d27d4eb4f, 31);
  }
  if (at < to) a = rotl((a ^ load<u64>(at)) * 0x9e3779b97f4a7c15, 29);
  const h = (a ^ rotl(b, 17)) * 0xd6e8feb86659fd93;
  return <u32>((h ^ (h >> 29)) >> 16);
}

/** The stack for the words from `from` to `to` with two keys; MISS if they are not in the cache. */
export function find(from: usize, to: usize, key: u32, kind: u32): u32 {
  hash = hashed(from, to, key, kind);
  crowded = true;
  for (let slot = hash; slot - hash < MOST_PROBES; slot++) {
    const cell = cellAt(cells, slot);
    if (!cell) {
      crowded = false;
      break;
    }
    if (<u32>cell != hash) continue;
    const known = changetype<Stretch>(stretches + (<usize>numberIn(cell)) * STRETCH);
    if (known.key != key || known.kind != kind || (<usize>known.count) << 3 != to - from) continue;
    if (equal(from, words + ((<usize>known.words) << 3), to - from)) return known.stack;
  }
  return MISS;
}

/** Stores `stack` for the segment of the last look-up. */
export function keep(from: usize, to: usize, key: u32, kind: u32, stack: u32): void {
  const count = <u32>((to - from) >> 3);
  if (crowded || count > MOST_WORDS) return;
  if (wordsUsed + count > MOST_WORDS) {
    clearCells(cells);
    wordsUsed = 0;
    stretchCount = 0;
  }
  if (wordsUsed + count > wordsRoom) {
    let room = wordsRoom;
    while (wordsUsed + count > room) room *= 2;
    words = grown(words, (<usize>wordsRoom) << 3, (<usize>room) << 3);
    wordsRoom = room;
  }
  if (stretchCount == stretchRoom) widen(stretchRoom * 2);
  memory.copy(words + ((<usize>wordsUsed) << 3), from, to - from);
  const kept = changetype<Stretch>(stretches + (<usize>stretchCount) * STRETCH);
  kept.key = key;
  kept.kind = kind;
  kept.words = wordsUsed;
  kept.count = count;
  kept.stack = stack;
  wordsUsed += count;
  putCell(cells, hash, stretchCount);
  stretchCount++;
}
