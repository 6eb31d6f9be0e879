import { ROOT } from '../../stacks/profile.ts';
import { internAddressStacks, type AddressStacks } from './addresses.ts';
import { GUEST_KERNEL_DSO, GUEST_USER_DSO, HYPERVISOR_DSO, KERNEL_DSO, UNMAPPED_DSO } from './dsos.ts';
import { CONTEXT, CPU_MODE } from './format.ts';
import { mappingAt, type Space } from './spaces.ts';

/** Callchains as stacks of addresses; a node's place is a dso of the table of dsos. */
export interface Chains {
  readonly stacks: AddressStacks;
  /** The stack of the callchain of `count` u64 at `at`, `base` where it holds no frame. `mode` is the record's CPU mode, `base` what the outermost frame was called from. */
  of(view: DataView, at: number, count: number, mode: number, tid: number, space: Space, base?: number): number;
  /** The stack of one address. */
  one(high: number, low: number, mode: number, space: Space): number;
}

/** The chain seen last in a thread, outermost frame last: equal ends need no second look-up. */
interface Recent {
  stamp: number;
  count: number;
  words: Uint32Array;
  modes: Uint8Array;
  nodes: Uint32Array;
}

const RECENT = 1024;
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

const room = (count: number): Recent => ({
  stamp: 0,
  count: 0,
  words: new Uint32Array(count * 2),
  modes: new Uint8Array(count),
  nodes: new Uint32Array(count),
});

/** A word of a chain that is a mark, not a frame. */
const MARK = 255;

const push = (stacks: AddressStacks, parent: number, high: number, low: number, mode: number, space: Space): number => {
  if (mode === CPU_MODE.KERNEL) return stacks.of(parent, KERNEL_DSO, high, low);
  const fixed = mode === CPU_MODE.USER ? undefined : fixedDso[mode];
  if (fixed !== undefined) return stacks.of(parent, fixed, high, low);
  const address = high * 0x1_0000_0000 + low;
  let mapping = mappingAt(space, address);
  if (mapping === undefined && space.before !== undefined) mapping = mappingAt(space.before, address);
  if (mapping === undefined) return stacks.of(parent, UNMAPPED_DSO, high, low);
  const offset = address + mapping.delta;
  return stacks.of(parent, mapping.dso, Math.floor(offset / 0x1_0000_0000) >>> 0, offset >>> 0);
};

interface Words {
  readonly view: DataView;
  readonly at: number;
  readonly count: number;
  readonly mode: number;
  readonly little: boolean;
}

/** Copies a chain's words and says in which mode each frame ran; false when it holds a mark that does not exist. */
const readWords = ({ words, modes }: Recent, { view, at, count, mode, little }: Words): boolean => {
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

/** How many words from the end on are those of the thread's chain before. */
const sameEnd = (fresh: Recent, recent: Recent, count: number): number => {
  const most = Math.min(count, recent.count);
  let same = 0;
  for (let i = count - 1, j = recent.count - 1; same < most; i--, j--, same++)
    if (
      fresh.words[i * 2] !== recent.words[j * 2] ||
      fresh.words[i * 2 + 1] !== recent.words[j * 2 + 1] ||
      fresh.modes[i] !== recent.modes[j]
    )
      break;
  return same;
};

/** Keeps a chain for the next one of its thread: all but what it shares with the one before. */
const remember = (recent: Recent, fresh: Recent, count: number, stamp: number): void => {
  if (recent.modes.length < count) Object.assign(recent, room(count * 2));
  for (let i = 0; i < count; i++) {
    recent.words[i * 2] = fresh.words[i * 2] ?? 0;
    recent.words[i * 2 + 1] = fresh.words[i * 2 + 1] ?? 0;
    recent.modes[i] = fresh.modes[i] ?? 0;
    recent.nodes[i] = fresh.nodes[i] ?? 0;
  }
  recent.count = count;
  recent.stamp = stamp;
};

/** Interns the callchains of a file of one byte order. */
export const internChains = (little: boolean): Chains => {
  const stacks = internAddressStacks();
  const recents = Array.from({ length: RECENT }, () => room(32));
  let fresh = room(256);
  return {
    stacks,
    one: (high, low, mode, space) => push(stacks, ROOT, high, low, mode, space),
    of(view, at, count, mode, tid, space, base = ROOT) {
      if (fresh.modes.length < count) fresh = room(count * 2);
      if (count === 0 || !readWords(fresh, { view, at, count, mode, little })) return base;
      const { words, modes, nodes } = fresh;
      const recent = recents[tid & (RECENT - 1)] ?? fresh;
      const same = recent.stamp === space.stamp && base === ROOT ? sameEnd(fresh, recent, count) : 0;
      let node = same > 0 ? (recent.nodes[recent.count - same] ?? ROOT) : base;
      for (let i = count - 1, j = recent.count - 1; i >= count - same; i--, j--) nodes[i] = recent.nodes[j] ?? 0;
      for (let i = count - same - 1; i >= 0; i--) {
        const frameMode = modes[i] ?? MARK;
        if (frameMode !== MARK) node = push(stacks, node, words[i * 2 + 1] ?? 0, words[i * 2] ?? 0, frameMode, space);
        nodes[i] = node;
      }
      if (base === ROOT) remember(recent, fresh, count, space.stamp);
      return node;
    },
  };
};
