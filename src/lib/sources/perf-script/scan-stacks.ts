/** Distinct sequences of numbers, numbered in order of first appearance; number 0 is the empty one. */
export interface Sequences {
  readonly size: number;
  readonly bounds: Uint32Array;
  readonly items: Uint32Array;
  add(item: number): void;
  /** The number of the sequence added since the last call. */
  close(): number;
}

/** Items up to `used` belong to stored sequences, those up to `at` to the one being read. */
interface State {
  items: Uint32Array<ArrayBuffer>;
  bounds: Uint32Array<ArrayBuffer>;
  slots: Uint32Array<ArrayBuffer>;
  used: number;
  at: number;
  size: number;
}

export const internSequences = (): Sequences => {
  const state: State = {
    items: new Uint32Array(4096),
    bounds: new Uint32Array(1025),
    slots: new Uint32Array(2048),
    used: 0,
    at: 0,
    size: 0,
  };
  close(state);
  return {
    get size() {
      return state.size;
    },
    get bounds() {
      return state.bounds;
    },
    get items() {
      return state.items;
    },
    add(item) {
      if (state.at === state.items.length) state.items = longer(state.items, state.at * 2);
      state.items[state.at++] = item;
    },
    close: () => close(state),
  };
};

const close = (state: State): number => {
  const hash = hashOf(state.items, state.used, state.at);
  if (state.size + 1 === state.bounds.length) grow(state);
  const mask = state.slots.length - 1;
  let slot = hash & mask;
  for (; state.slots[slot] !== 0; slot = (slot + 1) & mask) {
    const known = (state.slots[slot] ?? 0) - 1;
    if (!isSame(state, known)) continue;
    state.at = state.used;
    return known;
  }
  state.used = state.at;
  state.slots[slot] = ++state.size;
  state.bounds[state.size] = state.used;
  return state.size - 1;
};

const isSame = ({ items, bounds, used, at }: State, id: number): boolean => {
  const start = bounds[id] ?? 0;
  if ((bounds[id + 1] ?? 0) - start !== at - used) return false;
  for (let i = 0; i < at - used; i++) if (items[start + i] !== items[used + i]) return false;
  return true;
};

const grow = (state: State): void => {
  state.bounds = longer(state.bounds, (state.bounds.length - 1) * 2 + 1);
  state.slots = new Uint32Array(state.slots.length * 2);
  const mask = state.slots.length - 1;
  for (let id = 0; id < state.size; id++) {
    let slot = hashOf(state.items, state.bounds[id] ?? 0, state.bounds[id + 1] ?? 0) & mask;
    while (state.slots[slot] !== 0) slot = (slot + 1) & mask;
    state.slots[slot] = id + 1;
  }
};

const longer = (from: Uint32Array, length: number): Uint32Array<ArrayBuffer> => {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
};

const hashOf = (items: Uint32Array, from: number, to: number): number => {
  let hash = to - from;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (items[i] ?? 0), 0x9e3779b1) ^ (hash >>> 13);
  return (hash ^ (hash >>> 16)) >>> 0;
};
