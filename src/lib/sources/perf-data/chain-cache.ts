/** `find` returns it for a segment that is not in the cache. */
export const MISS = 0xffff_fffe;

/**
 * A cache of callchain segments: the same words with the same keys give the same stack, with one look-up instead of one
 * per frame. Entries are found by hash and then compared word by word.
 */
export interface ChainCache {
  /**
   * The stack of `words[from]` to `words[to]` (exclusive) with two keys; MISS if it is not in the cache: then call
   * `keep`.
   */
  find(words: Uint32Array, from: number, to: number, key: number, kind: number): number;
  /** Stores the stack of a missed segment; call it with the arguments of `find`, before the next `find`. */
  keep(words: Uint32Array, from: number, to: number, key: number, kind: number, stack: number): void;
}

/** Limit of stored words. When it is exceeded, the cache is emptied. */
const MOST_WORDS = 1 << 23;
/** Words of an entry: hash, key, kind, start, length, stack, and two unused, so that it lies within one cache line. */
const ENTRY = 8;

const wider = (old: Uint32Array, length: number): Uint32Array => {
  const made = new Uint32Array(length);
  made.set(old);
  return made;
};

const hashOf = (words: Uint32Array, from: number, to: number, key: number, kind: number): number => {
  let h = Math.imul(key ^ Math.imul(kind, 0x9e3779b1), 0x85ebca6b);
  for (let i = from; i < to; i += 2) {
    h = Math.imul(h ^ (words[i] as number) ^ ((words[i + 1] as number) << 7), 0xc2b2ae35);
    h ^= h >>> 15;
  }
  return h >>> 0;
};

/** The words of all segments one after the other, and an entry per segment. */
interface Store {
  kept: Uint32Array;
  used: number;
  entries: Uint32Array;
  size: number;
  slots: Uint32Array;
  /** Hash of the last look-up. */
  hash: number;
}

const emptySlot = ({ slots }: Store, hash: number): number => {
  let slot = hash & (slots.length - 1);
  while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
  return slot;
};

const makeRoom = (store: Store, length: number): void => {
  if (store.used + length > MOST_WORDS) {
    store.slots.fill(0);
    store.used = store.size = 0;
  }
  if (store.used + length > store.kept.length)
    store.kept = wider(store.kept, Math.max(store.kept.length * 2, store.used + length));
  if (store.size * 2 < store.slots.length) return;
  store.entries = wider(store.entries, store.entries.length * 2);
  store.slots = new Uint32Array(store.slots.length * 2);
  for (let i = 0; i < store.size; i++) store.slots[emptySlot(store, store.entries[i * ENTRY] as number)] = i + 1;
};

/** Creates an empty cache. */
export const chainCache = (): ChainCache => {
  const store: Store = {
    kept: new Uint32Array(1 << 16),
    used: 0,
    entries: new Uint32Array(ENTRY << 12),
    size: 0,
    slots: new Uint32Array(1 << 13),
    hash: 0,
  };
  return {
    find(words, from, to, key, kind) {
      const { slots, entries, kept } = store;
      const hash = hashOf(words, from, to, key, kind);
      const mask = slots.length - 1;
      for (let slot = hash & mask, code = slots[slot] as number; code !== 0; code = slots[slot] as number) {
        const at = (code - 1) * ENTRY;
        if (
          entries[at] === hash &&
          entries[at + 1] === key &&
          entries[at + 2] === kind &&
          entries[at + 4] === to - from
        ) {
          let i = from;
          for (let j = entries[at + 3] as number; i < to && words[i] === kept[j]; i++) j++;
          if (i === to) return entries[at + 5] as number;
        }
        slot = (slot + 1) & mask;
      }
      store.hash = hash;
      return MISS;
    },
    keep(words, from, to, key, kind, stack) {
      const { hash } = store;
      const length = to - from;
      if (length > MOST_WORDS) return;
      makeRoom(store, length);
      const { kept, entries, used } = store;
      for (let i = 0; i < length; i++) kept[used + i] = words[from + i] as number;
      const at = store.size * ENTRY;
      entries[at] = hash;
      entries[at + 1] = key;
      entries[at + 2] = kind;
      entries[at + 3] = used;
      entries[at + 4] = length;
      entries[at + 5] = stack;
      store.used += length;
      store.slots[emptySlot(store, hash)] = ++store.size;
    },
  };
};
