import { ROOT } from '../../stacks/profile.ts';
import { chainCache, MISS } from './chain-cache.ts';
import { internAddressStacks, type AddressStacks } from '../../stacks/addresses/address-stacks.ts';
import {
  GUEST_KERNEL_DSO,
  GUEST_USER_DSO,
  HYPERVISOR_DSO,
  KERNEL_DSO,
  UNMAPPED_DSO,
} from '../../stacks/addresses/dsos.ts';
import { CONTEXT, CPU_MODE } from './format.ts';
import { mappingAt, mappingAtFar, type Space } from './spaces.ts';

/** Callchains as stacks of addresses; a node's place is an index into the table of dsos. */
export interface Chains {
  readonly stacks: AddressStacks;
  /**
   * The stack of the callchain of `count` u64 at `at`; `base` if it has no frame. `mode` is the record's CPU mode,
   * `base` the caller of the outermost frame.
   */
  of(view: DataView, at: number, count: number, mode: number, space: Space, base?: number): number;
  /** The stack of one address. */
  one(high: number, low: number, mode: number, space: Space): number;
}

/** The words of a chain, and the mode in which each frame ran. */
interface Frames {
  readonly words: Uint32Array;
  readonly modes: Uint8Array;
}

const ALL_ONES = 0xffff_ffff;

const fixedDso: Readonly<Record<number, number>> = {
  [CPU_MODE.KERNEL]: KERNEL_DSO,
  [CPU_MODE.HYPERVISOR]: HYPERVISOR_DSO,
  [CPU_MODE.GUEST_KERNEL]: GUEST_KERNEL_DSO,
  [CPU_MODE.GUEST_USER]: GUEST_USER_DSO,
};

const modeOfMark = (mark: number): number => {
  if (mark === CONTEXT.KERNEL) return CPU_MODE.KERNEL;
  if (mark === CONTEXT.USER) return CPU_MODE.USER;
  if (mark === CONTEXT.HV) return CPU_MODE.HYPERVISOR;
  if (mark === CONTEXT.GUEST_KERNEL) return CPU_MODE.GUEST_KERNEL;
  if (mark === CONTEXT.GUEST_USER || mark === CONTEXT.GUEST) return CPU_MODE.GUEST_USER;
  return 0;
};

const room = (count: number): Frames => ({ words: new Uint32Array(count * 2), modes: new Uint8Array(count) });

/** Whether a word of a chain is a mark rather than a frame. */
const MARK = 255;

/** Like push(), for user code at an address that a double cannot hold exactly. */
const pushFar = (stacks: AddressStacks, parent: number, high: number, low: number, space: Space): number => {
  const address = (BigInt(high) << 32n) | BigInt(low);
  let mapping = mappingAtFar(space, address);
  if (mapping === undefined && space.before !== undefined) mapping = mappingAtFar(space.before, address);
  if (mapping === undefined) return stacks.of(parent, UNMAPPED_DSO, high, low);
  const offset = BigInt.asUintN(64, address + BigInt(mapping.delta));
  return stacks.of(parent, mapping.dso, Number(offset >> 32n), Number(offset & 0xffff_ffffn));
};

const push = (stacks: AddressStacks, parent: number, high: number, low: number, mode: number, space: Space): number => {
  if (mode === CPU_MODE.KERNEL) return stacks.of(parent, KERNEL_DSO, high, low);
  const fixed = mode === CPU_MODE.USER ? undefined : fixedDso[mode];
  if (fixed !== undefined) return stacks.of(parent, fixed, high, low);
  // From 2^53 to 2^63 (five-level page tables) doubles are not exact; bigints are, and can be compared with numbers.
  if (high >= 0x20_0000 && high < 0x8000_0000) return pushFar(stacks, parent, high, low, space);
  const address = high * 0x1_0000_0000 + low;
  let mapping = mappingAt(space, address);
  if (mapping === undefined && space.before !== undefined) mapping = mappingAt(space.before, address);
  if (mapping === undefined) return stacks.of(parent, UNMAPPED_DSO, high, low);
  const offset = address + mapping.delta;
  return stacks.of(parent, mapping.dso, Math.floor(offset / 0x1_0000_0000) >>> 0, offset >>> 0);
};

/** Copies a chain's words and sets the mode of each frame; false if it has an unknown mark. */
const readWords = (
  { words, modes }: Frames,
  view: DataView,
  at: number,
  count: number,
  mode: number,
  little: boolean,
): boolean => {
  const [highAt, lowAt] = little ? [4, 0] : [0, 4];
  let now = mode;
  for (let i = 0, from = at; i < count; i++, from += 8) {
    const low = view.getUint32(from + lowAt, little);
    const high = view.getUint32(from + highAt, little);
    words[i * 2] = low;
    words[i * 2 + 1] = high;
    if (high === ALL_ONES && low >= CONTEXT.MAX) {
      now = modeOfMark(low);
      if (now === 0) return false;
      modes[i] = MARK;
    } else modes[i] = now;
  }
  return true;
};

/** No stack: the chain cannot be trusted. */
const BAD = 0xffff_fffd;

/**
 * Kinds of segments in the cache. Values below these: segments above a known stack, by the mode in which they begin.
 */
const USER_KIND = 256;
const WHOLE_KIND = 512;

/**
 * A buffer as words, cached: in order of time, blocks of two CPUs alternate, and creating a view costs as much as
 * reading a chain.
 */
const wordsOfBuffers = () => {
  let last = new Uint32Array(0);
  let before = last;
  return (view: DataView): Uint32Array => {
    if (last.buffer === view.buffer) return last;
    const found = before.buffer === view.buffer ? before : new Uint32Array(view.buffer, 0, view.buffer.byteLength >> 2);
    before = last;
    last = found as Uint32Array<ArrayBuffer>;
    return last;
  };
};

/** Where user code begins: at the first user mark, else at the end. */
const userFrom = (words: Uint32Array, from: number, to: number): number => {
  let at = from;
  while (at < to && (words[at] !== CONTEXT.USER || words[at + 1] !== ALL_ONES)) at += 2;
  return at;
};

/** The stack of a segment, called from `base`; BAD if it has an unknown mark. */
const walker = (stacks: AddressStacks, little: boolean) => {
  let fresh = room(256);
  return (view: DataView, at: number, count: number, mode: number, space: Space, base: number): number => {
    if (fresh.modes.length < count) fresh = room(count * 2);
    if (!readWords(fresh, view, at, count, mode, little)) return BAD;
    const { words, modes } = fresh;
    let node = base;
    for (let i = count - 1; i >= 0; i--) {
      const frameMode = modes[i] ?? MARK;
      if (frameMode !== MARK) node = push(stacks, node, words[i * 2 + 1] ?? 0, words[i * 2] ?? 0, frameMode, space);
    }
    return node;
  };
};

/** Interns the callchains of a file in one byte order. */
export const internChains = (little: boolean): Chains => {
  const stacks = internAddressStacks();
  const cache = chainCache();
  const wordsOf = wordsOfBuffers();
  const walk = walker(stacks, little);
  /**
   * Looks up two segments, because the same kernel part is reached from many user parts: first the user part by its
   * address space, then the rest.
   */
  const remembered = (view: DataView, at: number, count: number, mode: number, space: Space): number => {
    const words = wordsOf(view);
    const from = (view.byteOffset + at) >> 2;
    const to = from + count * 2;
    const marked = words[from + 1] === ALL_ONES && (words[from] ?? 0) >= CONTEXT.MAX;
    const mixed = mode === CPU_MODE.KERNEL || (mode === CPU_MODE.USER && marked);
    const split = mixed ? userFrom(words, from, to) : from;
    let node = ROOT;
    if (split < to) {
      const kind = split === from ? WHOLE_KIND + mode : USER_KIND;
      node = cache.find(words, split, to, space.stamp, kind);
      if (node === MISS) {
        node = walk(view, at + (split - from) * 4, (to - split) >> 1, mode, space, ROOT);
        cache.keep(words, split, to, space.stamp, kind, node);
      }
    }
    if (split === from || node === BAD) return node;
    const whole = cache.find(words, from, split, node, mode);
    if (whole !== MISS) return whole;
    const made = walk(view, at, (split - from) >> 1, mode, space, node);
    cache.keep(words, from, split, node, mode, made);
    return made;
  };
  return {
    stacks,
    one: (high, low, mode, space) => push(stacks, ROOT, high, low, mode, space),
    of(view, at, count, mode, space, base = ROOT) {
      if (count === 0) return base;
      const plain = little && base === ROOT && ((view.byteOffset + at) & 3) === 0;
      const node = plain ? remembered(view, at, count, mode, space) : walk(view, at, count, mode, space, base);
      // As in perf, a chain with an unknown mark counts as no chain.
      return node === BAD ? base : node;
    },
  };
};
