/** Distinct byte strings, numbered. Returned strings have one character per byte (latin1). */
export interface Texts {
  readonly size: number;
  text(id: number): string;
  length(id: number): number;
  add(text: string): number;
}

/** Distinct strings and byte strings, numbered. */
export interface ByteTexts extends Texts {
  intern(bytes: Uint8Array, from: number, to: number): number;
}

interface State {
  arena: Buffer;
  used: number;
  starts: Uint32Array<ArrayBuffer>;
  hashes: Uint32Array<ArrayBuffer>;
  slots: Uint32Array<ArrayBuffer>;
  /** The text last found by each of a few keys. */
  recent: Uint32Array<ArrayBuffer>;
  size: number;
}

const RECENT = 256;

/** Distinct byte strings in one growing arena, found by hash and then compared byte by byte. */
export const internTexts = (): ByteTexts => {
  const state: State = {
    arena: Buffer.alloc(1 << 16),
    used: 0,
    starts: new Uint32Array(1024),
    hashes: new Uint32Array(1024),
    slots: new Uint32Array(2048),
    recent: new Uint32Array(RECENT),
    size: 0,
  };
  return {
    intern: (bytes, from, to) => recall(state, bytes, from, to),
    get size() {
      return state.size;
    },
    text: (id) => state.arena.toString('latin1', startOf(state, id), endOf(state, id)),
    length: (id) => endOf(state, id) - startOf(state, id),
    add(text) {
      const bytes = Buffer.from(text, 'latin1');
      return intern(state, bytes, 0, bytes.length);
    },
  };
};

const startOf = ({ starts }: State, id: number): number => starts[id] ?? 0;
const endOf = (state: State, id: number): number => (id + 1 === state.size ? state.used : startOf(state, id + 1));

const slotOf = (state: State, hash: number, bytes: Uint8Array, from: number, to: number): number => {
  const mask = state.slots.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const id = (state.slots[slot] ?? 0) - 1;
    if (id < 0) return slot;
    if (state.hashes[id] !== hash) continue;
    if (isAt(bytes, from, to, state.arena, startOf(state, id), endOf(state, id))) return slot;
  }
};

/** Few distinct texts come again and again: a key of their last bytes and length saves the hash of all bytes. */
const recall = (state: State, bytes: Uint8Array, from: number, to: number): number => {
  const key = (31 * (bytes[to - 1] ?? 0) + 7 * (bytes[to - 2] ?? 0) + to - from) % RECENT;
  const id = state.recent[key] ?? 0;
  if (id < state.size && isAt(bytes, from, to, state.arena, startOf(state, id), endOf(state, id))) return id;
  return (state.recent[key] = intern(state, bytes, from, to));
};

const intern = (state: State, bytes: Uint8Array, from: number, to: number): number => {
  const hash = hashOf(bytes, from, to);
  let slot = slotOf(state, hash, bytes, from, to);
  const known = state.slots[slot] ?? 0;
  if (known !== 0) return known - 1;
  if (state.size === state.starts.length) {
    grow(state);
    slot = slotOf(state, hash, bytes, from, to);
  }
  let room = state.arena.length;
  while (state.used + to - from > room) room *= 2;
  if (room > state.arena.length) state.arena = Buffer.concat([state.arena], room);
  state.arena.set(bytes.subarray(from, to), state.used);
  state.starts[state.size] = state.used;
  state.hashes[state.size] = hash;
  state.used += to - from;
  state.slots[slot] = ++state.size;
  return state.size - 1;
};

const grow = (state: State): void => {
  state.starts = doubled(state.starts);
  state.hashes = doubled(state.hashes);
  state.slots = new Uint32Array(state.slots.length * 2);
  const mask = state.slots.length - 1;
  for (let id = 0; id < state.size; id++) {
    let slot = (state.hashes[id] ?? 0) & mask;
    while (state.slots[slot] !== 0) slot = (slot + 1) & mask;
    state.slots[slot] = id + 1;
  }
};

const doubled = (from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
};

const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
};

const isAt = (a: Uint8Array, from: number, to: number, b: Uint8Array, start: number, end: number): boolean => {
  if (to - from !== end - start) return false;
  for (let i = from, j = start; i < to; i++, j++) if (a[i] !== b[j]) return false;
  return true;
};
