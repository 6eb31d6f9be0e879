// Callchains as nodes of the address tree. The same words with the same mappings give the same stack. A chain is looked
// up as two segments, its user part and then its kernel part on top, because the same kernel part is reached from many
// user parts.
import { ROOT, nodeOf, placeOf } from './address-stacks';
import { MISS, find, keep } from './chain-cache';
import { grown } from './room';
import { Mapping } from './mappings';
import { Space, mappingAt } from './spaces';

/** Returned for a chain with an unknown PERF_CONTEXT_* mark. */
export const BAD: u32 = 0xfffffffd;

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

/** PERF_CONTEXT_*: marks in a chain that say in which mode the following frames ran. */
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

/** The place for an address that ran in mode `mode`. */
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

/** The mode of each frame, one byte each; marks have none. */
let modes: usize = 0;
let modesRoom: u32 = 0;
const NO_FRAME: u8 = 255;

/** The stack of `count` words at `from`, innermost first, called from `base`; BAD if a mark is unknown. */
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

/** Kinds of segments in the cache. Values below 256: segments above a known stack, by the mode in which they begin. */
const USER_KIND: u32 = 256;
const WHOLE_KIND: u32 = 512;

/** The stack of a callchain of `count` words; ROOT if it has no frame or an unknown mark. */
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
