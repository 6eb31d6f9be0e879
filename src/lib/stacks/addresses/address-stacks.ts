import { internPairs } from '../intern.ts';
import { ROOT, type StackTable } from '../profile.ts';
import { buildStacks } from '../table.ts';

/**
 * Stacks of addresses as a tree: node n is the address `low` (with its high half) in `place`, called from node `parent`
 * (ROOT: outermost frame). Each node is four words, [parent, place, low, high], so that a look-up touches two cache
 * lines.
 */
export interface AddressStacks {
  readonly size: number;
  /** Four words per node. */
  readonly nodes: Uint32Array;
  /** Adds a node or finds it; returns its number. */
  of(parent: number, place: number, high: number, low: number): number;
}

const mix = (parent: number, place: number, low: number): number => {
  const h = Math.imul(low ^ Math.imul(parent, 0x9e3779b1), 0x85ebca6b) ^ place;
  return Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
};

/** Open addressing, at most half full. */
export const internAddressStacks = (): AddressStacks => {
  let nodes = new Uint32Array(4 << 18);
  let slots = new Uint32Array(1 << 19);
  let mask = slots.length - 1;
  let size = 0;
  const free = (node: number): number => {
    const at = node * 4;
    const h = mix(nodes[at] ?? ROOT, nodes[at + 1] ?? 0, nodes[at + 2] ?? 0);
    let slot = (h ^ (h >>> 16)) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  };
  const grow = (): void => {
    const wider = new Uint32Array(nodes.length * 2);
    wider.set(nodes);
    nodes = wider;
    slots = new Uint32Array(slots.length * 2);
    mask = slots.length - 1;
    for (let node = 0; node < size; node++) slots[free(node)] = node + 1;
  };
  const add = (slot: number, parent: number, place: number, high: number, low: number): number => {
    const at = size * 4;
    nodes[at] = parent;
    nodes[at + 1] = place;
    nodes[at + 2] = low;
    nodes[at + 3] = high;
    slots[slot] = ++size;
    if (size * 4 === nodes.length) grow();
    return size - 1;
  };
  return {
    get size() {
      return size;
    },
    get nodes() {
      return nodes;
    },
    of(parent, place, high, low) {
      const h = mix(parent, place, low);
      let slot = (h ^ (h >>> 16)) & mask;
      for (let code = slots[slot] ?? 0; code !== 0; code = slots[slot] ?? 0) {
        const at = code * 4 - 4;
        if (nodes[at] === parent && nodes[at + 2] === low && nodes[at + 1] === place && nodes[at + 3] === high)
          return code - 1;
        slot = (slot + 1) & mask;
      }
      return add(slot, parent, place, high, low);
    },
  };
};

/** Distinct addresses of a capture; arrays may be longer than `size`. */
export interface Places {
  readonly dso: Uint32Array;
  /** The low and the high half of each address. */
  readonly words: Uint32Array;
  readonly size: number;
}

/** Stacks by name, and for each stack of addresses the stack that it became. */
export interface NamedStacks {
  readonly stacks: StackTable;
  readonly moved: Uint32Array;
}

/** Pairs of 32-bit words stand for addresses; an address that needs more bits besides its dso gets a number instead. */
export const placesOf = ({ nodes, size }: AddressStacks): Places & { readonly ofNode: Uint32Array } => {
  const spread = internPairs();
  const pairs = internPairs(1 << 16);
  const ofNode = new Uint32Array(size);
  let dso = new Uint32Array(1 << 16);
  let words = new Uint32Array(1 << 17);
  for (let node = 0, at = 0; node < size; node++, at += 4) {
    const place = nodes[at + 1] ?? 0;
    const low = nodes[at + 2] ?? 0;
    const high = nodes[at + 3] ?? 0;
    const known = pairs.size;
    const code = pairs.code(spread.code(place, high), low);
    ofNode[node] = code;
    if (code < known) continue;
    if (code === dso.length) {
      const [oldDso, oldWords] = [dso, words];
      dso = new Uint32Array(code * 2);
      words = new Uint32Array(code * 4);
      dso.set(oldDso);
      words.set(oldWords);
    }
    dso[code] = place;
    words[code * 2] = low;
    words[code * 2 + 1] = high;
  }
  return { dso, words, size: pairs.size, ofNode };
};

/** The parent of each node. */
export const parentsOf = ({ nodes, size }: AddressStacks): Uint32Array =>
  Uint32Array.from({ length: size }, (_, node) => nodes[node * 4] ?? ROOT);

/** Merges stacks of addresses with equal names, given the parent and place of each node and the frame of each place. */
export const nameNodes = (parents: Uint32Array, ofNode: Uint32Array, frameOf: Uint32Array): NamedStacks => {
  const size = parents.length;
  const stacks = buildStacks(size);
  const moved = new Uint32Array(size);
  // Parents come before their children.
  for (let node = 0; node < size; node++) {
    const parent = parents[node] ?? ROOT;
    const up = parent === ROOT ? ROOT : (moved[parent] ?? ROOT);
    moved[node] = stacks.push(up, frameOf[ofNode[node] ?? 0] ?? 0);
  }
  return { stacks: stacks.table(), moved };
};
