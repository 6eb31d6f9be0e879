// Callchains as nodes of the tree of addresses. The same words over the same mappings are the same stack: a stretch is
// looked up whole, in two steps, since the kernel does the same over many users.
import { equal, grown } from './room';
import { ROOT, nodeOf, placeOf } from './address-stacks';
import { Mapping, Space, mappingAt } from './spaces';

/** A chain with a mark that does not exist. */
export const BAD: u32 = 0xfffffffd;
const MISS: u32 = 0xfffffffe;

const KERNEL_DSO: u32 = 0;
const UNMAPPED_DSO: u32 = 1;
const HYPERVISOR_DSO: u32 = 2;
const GUEST_KERNEL_DSO: u32 = 3;
const GUEST_USER_DSO: u32 = 4;

const KERNEL: u32 = 1;
const USER: u32 = 2;
const HYPERVISOR: u32 = 3;
const GUEST_KERNEL: u32 = 4;
const GUEST_USER: u32 = 5;

/** PERF_CONTEXT_*: marks in a chain that say in which mode the frames after them ran. */
const MARKS: u64 = <u64>-4095;
const MARK_HV: u64 = <u64>-32;
const MARK_KERNEL: u64 = <u64>-128;
const MARK_USER: u64 = <u64>-512;
const MARK_GUEST: u64 = <u64>-2048;
const MARK_GUEST_KERNEL: u64 = <u64>-2176;
const MARK_GUEST_USER: u64 = <u64>-2560;

// @ts-ignore: decorator
@inline
function modeOfMark(mark: u64): u32 {
  if (mark == MARK_KERNEL) return KERNEL;
  if (mark == MARK_USER) return USER;
  if (mark == MARK_HV) return HYPERVISOR;
  if (mark == MARK_GUEST_KERNEL) return GUEST_KERNEL;
  if (mark == MARK_GUEST_USER || mark == MARK_GUEST) return GUEST_USER;
  return 0;
}

/** The place of an address that ran in a mode. */
export function placeIn(address: u64, mode: u32, space: Space): u32 {
  if (mode == KERNEL) return placeOf(KERNEL_DSO, address);
  if (mode == HYPERVISOR) return placeOf(HYPERVISOR_DSO, address);
  if (mode == GUEST_KERNEL) return placeOf(GUEST_KERNEL_DSO, address);
  if (mode == GUEST_USER) return placeOf(GUEST_USER_DSO, address);
  let found = mappingAt(space, <i64>address);
  if (!found && space.before) found = mappingAt(changetype<Space>(space.before), <i64>address);
  if (!found) return placeOf(UNMAPPED_DSO, address);
  const mapping = changetype<Mapping>(found);
  return placeOf(mapping.dso, address + mapping.delta);
}

/** The modes of the frames that are read, one byte each; a mark has none. */
let modes: usize = 0;
let modesRoom: u32 = 0;
const NO_FRAME: u8 = 255;

/** The stack of `count` words at `from`, innermost first, called from `base`; BAD where a mark does not exist. */
function walk(from: usize, count: u32, mode: u32, space: Space, base: u32): u32 {
  if (count > modesRoom) {
    if (modes) heap.free(modes);
    modesRoom = count * 2;
    modes = grown(0, 0, modesRoom);
  }
  let now = mode;
  for (let i: u32 = 0; i < count; i++) {
    const word = load<u64>(from + ((<usize>i) << 3));
    if (word >= MARKS) {
      now = modeOfMark(word);
      if (!now) return BAD;
      store<u8>(modes + i, NO_FRAME);
    } else store<u8>(modes + i, <u8>now);
  }
  let node = base;
  for (let i = count; i > 0; ) {
    i--;
    const ran = load<u8>(modes + i);
    if (ran == NO_FRAME) continue;
    node = nodeOf(node, placeIn(load<u64>(from + ((<usize>i) << 3)), ran, space));
  }
  return node;
}

/** What became of stretches of chains: their words one after the other, and an entry for each. */
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
/** Cells of a hash and the entry + 1. */
let cells: usize = 0;
let mask: u32 = 0;
/** Of the last look-up. */
let hash: u32 = 0;

export function startChains(): void {
  wordsRoom = 1 << 16;
  words = grown(0, 0, (<usize>wordsRoom) * 8);
  widen(1 << 12);
}

function widen(to: u32): void {
  stretches = grown(stretches, (<usize>stretchRoom) * STRETCH, (<usize>to) * STRETCH);
  stretchRoom = to;
  const old = cells;
  const had: u32 = old ? mask + 1 : 0;
  mask = to * 2 - 1;
  cells = grown(0, 0, (<usize>to) << 4);
  for (let i: u32 = 0; i < had; i++) {
    const cell = load<u64>(old + ((<usize>i) << 3));
    if (!cell) continue;
    let slot = <u32>cell & mask;
    while (load<u64>(cells + ((<usize>slot) << 3))) slot = (slot + 1) & mask;
    store<u64>(cells + ((<usize>slot) << 3), cell);
  }
  if (old) heap.free(old);
}

// @ts-ignore: decorator
@inline
function hashed(from: usize, to: usize, key: u32, kind: u32): u32 {
  let a: u64 = ((<u64>kind) << 32) | key;
  let b: u64 = 0;
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
function find(from: usize, to: usize, key: u32, kind: u32): u32 {
  hash = hashed(from, to, key, kind);
  let slot = hash & mask;
  while (true) {
    const cell = load<u64>(cells + ((<usize>slot) << 3));
    if (!cell) return MISS;
    if (<u32>cell == hash) {
      const known = changetype<Stretch>(stretches + (<usize>(cell >> 32) - 1) * STRETCH);
      if (known.key == key && known.kind == kind && (<usize>known.count) << 3 == to - from) {
        if (equal(from, words + ((<usize>known.words) << 3), to - from)) return known.stack;
      }
    }
    slot = (slot + 1) & mask;
  }
}

/** Says what the words that were looked for last became. */
function keep(from: usize, to: usize, key: u32, kind: u32, stack: u32): void {
  const count = <u32>((to - from) >> 3);
  if (count > MOST_WORDS) return;
  if (wordsUsed + count > MOST_WORDS) {
    memory.fill(cells, 0, (<usize>mask + 1) << 3);
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
  stretchCount++;
  let slot = hash & mask;
  while (load<u64>(cells + ((<usize>slot) << 3))) slot = (slot + 1) & mask;
  store<u64>(cells + ((<usize>slot) << 3), ((<u64>stretchCount) << 32) | hash);
}

/** Kinds of stretches that are told apart: below them, what ran over a stack by the mode it began in. */
const USER_KIND: u32 = 256;
const WHOLE_KIND: u32 = 512;

/** The stack of a callchain of `count` words, ROOT where it holds no frame or a mark that does not exist. */
export function stackOf(from: usize, count: u32, mode: u32, space: Space): u32 {
  const to = from + ((<usize>count) << 3);
  let split = from;
  if (mode == KERNEL || (mode == USER && load<u64>(from) >= MARKS))
    while (split < to && load<u64>(split) != MARK_USER) split += 8;
  let node = ROOT;
  if (split < to) {
    const kind = split == from ? WHOLE_KIND + mode : USER_KIND;
    node = find(split, to, space.stamp, kind);
    if (node == MISS) {
      node = walk(split, <u32>((to - split) >> 3), mode, space, ROOT);
      keep(split, to, space.stamp, kind, node);
    }
    if (node == BAD) return ROOT;
  }
  if (split == from) return node;
  const whole = find(from, split, node, mode);
  if (whole != MISS) return whole == BAD ? ROOT : whole;
  const made = walk(from, <u32>((split - from) >> 3), mode, space, node);
  keep(from, split, node, mode, made);
  return made == BAD ? ROOT : made;
}
