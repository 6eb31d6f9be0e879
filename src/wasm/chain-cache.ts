// Remembers what became of stretches of callchains: the same words over the same keys are the same stack, at one look-up
// instead of one a frame. A hash finds, the words decide.
import { Cells, cellAt, clearCells, newCells, numberIn, putCell, widenCells } from './cells';
import { seed } from './hash';
import { equal, grown } from './room';

/** What `find` gives where a stretch was not met before; `keep` says it then. */
export const MISS: u32 = 0xfffffffe;

/** The words of all stretches lie one after the other, and each has an entry. */
@unmanaged
class Stretch {
  key: u32;
  kind: u32;
  words: u32;
  count: u32;
  stack: u32;
}
const STRETCH: usize = 20;

/** Words kept at most: beyond them everything is forgotten and met again. */
const MOST_WORDS: u32 = 1 << 22;
let words: usize = 0;
let wordsRoom: u32 = 0;
let wordsUsed: u32 = 0;
let stretches: usize = 0;
let stretchRoom: u32 = 0;
let stretchCount: u32 = 0;
let cells: Cells = changetype<Cells>(0);
/** Of the last look-up. */
let hash: u32 = 0;
/** Too many have its hash, or nearly: words can be made so, whatever the secret. They are walked, and not kept. */
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

/** The stack of the words from `from` to `to` over two keys; MISS where they were not met. */
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

/** Says what the words that were looked for last became. */
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
