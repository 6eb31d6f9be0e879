/** Distinct sequences of numbers, numbered in order of first appearance; number 0 is the empty one. */
export interface Sequences {
  readonly size: number;
  readonly bounds: Uint32Array;
  readonly items: Uint32Array;
  add(item: number): void;
  /** The number of what was added since the last call. */
  close(): number;
}

export const internSequences = (): Sequences => {
  let items = new Uint32Array(4096);
  let bounds = new Uint32Array(1025);
  let slots = new Uint32Array(2048);
  let used = 0;
  let at = 0;
  let size = 0;
  const boundOf = (id: number): number => bounds[id] ?? 0;
  const same = (id: number): boolean => {
    const start = boundOf(id);
    if (boundOf(id + 1) - start !== at - used) return false;
    for (let i = 0; i < at - used; i++) if (items[start + i] !== items[used + i]) return false;
    return true;
  };
  const slotOf = (hash: number): number => {
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0 && !same((slots[slot] ?? 0) - 1)) slot = (slot + 1) & mask;
    return slot;
  };
  const grow = (): void => {
    const [oldBounds, oldUsed, oldAt] = [bounds, used, at];
    bounds = new Uint32Array((oldBounds.length - 1) * 2 + 1);
    bounds.set(oldBounds);
    slots = new Uint32Array(slots.length * 2);
    for (let id = 0; id < size; id++) {
      let slot = hashOf(items, boundOf(id), boundOf(id + 1)) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = id + 1;
    }
    [used, at] = [oldUsed, oldAt];
  };
  const close = (): number => {
    const hash = hashOf(items, used, at);
    if (size + 1 === bounds.length) grow();
    const slot = slotOf(hash);
    const known = (slots[slot] ?? 0) - 1;
    if (known >= 0) {
      at = used;
      return known;
    }
    used = at;
    slots[slot] = ++size;
    bounds[size] = used;
    return size - 1;
  };
  close();
  return {
    get size() {
      return size;
    },
    get bounds() {
      return bounds;
    },
    get items() {
      return items;
    },
    add(item) {
      if (at === items.length) {
        const more = new Uint32Array(items.length * 2);
        more.set(items);
        items = more;
      }
      items[at++] = item;
    },
    close,
  };
};

const hashOf = (items: Uint32Array, from: number, to: number): number => {
  let hash = to - from;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (items[i] ?? 0), 0x9e3779b1) ^ (hash >>> 13);
  return (hash ^ (hash >>> 16)) >>> 0;
};
