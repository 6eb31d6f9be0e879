/** Distinct byte strings, numbered. Strings that come out have one character a byte (latin1). */
export interface Texts {
  readonly size: number;
  text(id: number): string;
  length(id: number): number;
  add(text: string): number;
}

/** Interned texts that also take bytes. */
export interface ByteTexts extends Texts {
  intern(bytes: Uint8Array, from: number, to: number): number;
}

/** Distinct byte strings in one growing arena; a hash finds, the bytes decide. */
export const internTexts = (): ByteTexts => {
  let arena = Buffer.alloc(1 << 16);
  let used = 0;
  let starts = new Uint32Array(1024);
  let slots = new Uint32Array(2048);
  let hashes = new Uint32Array(1024);
  let size = 0;
  const startOf = (id: number): number => starts[id] ?? 0;
  const endOf = (id: number): number => (id + 1 === size ? used : startOf(id + 1));
  const slotOf = (hash: number, bytes: Uint8Array, from: number, to: number): number => {
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (slots[slot] ?? 0) - 1;
      if (id < 0) return slot;
      if (hashes[id] === hash && isAt(bytes, from, to, arena, startOf(id), endOf(id))) return slot;
    }
  };
  const grow = (): void => {
    starts = doubled(starts);
    hashes = doubled(hashes);
    slots = new Uint32Array(slots.length * 2);
    for (let id = 0; id < size; id++) {
      let slot = (hashes[id] ?? 0) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = id + 1;
    }
  };
  const intern = (bytes: Uint8Array, from: number, to: number): number => {
    const hash = hashOf(bytes, from, to);
    let slot = slotOf(hash, bytes, from, to);
    const known = slots[slot] ?? 0;
    if (known !== 0) return known - 1;
    if (size === starts.length) {
      grow();
      slot = slotOf(hash, bytes, from, to);
    }
    while (used + to - from > arena.length) arena = Buffer.concat([arena], arena.length * 2);
    arena.set(bytes.subarray(from, to), used);
    starts[size] = used;
    hashes[size] = hash;
    used += to - from;
    slots[slot] = ++size;
    return size - 1;
  };
  return {
    intern,
    get size() {
      return size;
    },
    text: (id) => arena.toString('latin1', startOf(id), endOf(id)),
    length: (id) => endOf(id) - startOf(id),
    add(text) {
      const bytes = Buffer.from(text, 'latin1');
      return intern(bytes, 0, bytes.length);
    },
  };
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
