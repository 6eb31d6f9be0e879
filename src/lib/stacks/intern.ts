/** Numbers distinct strings in order of first appearance. */
export interface NameCodes {
  readonly list: string[];
  code(name: string): number;
}

export const internNames = (): NameCodes => {
  const list: string[] = [];
  const codes = new Map<string, number>();
  return {
    list,
    code(name) {
      const known = codes.get(name);
      if (known !== undefined) return known;
      codes.set(name, list.length);
      return list.push(name) - 1;
    },
  };
};

/** Numbers distinct pairs of 32-bit numbers in order of first appearance: open addressing, at most half full. */
export interface Pairs {
  readonly size: number;
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  code(a: number, b: number): number;
}

const mix = (a: number, b: number): number => {
  const h = Math.imul(a ^ (b >>> 16) ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  return (h ^ (h >>> 15)) >>> 0;
};

export const internPairs = (capacity = 1024): Pairs => {
  let room = 2 ** Math.ceil(Math.log2(Math.max(16, capacity)));
  let a = new Uint32Array(room);
  let b = new Uint32Array(room);
  let slots = new Uint32Array(room * 2);
  let size = 0;
  const slotOf = (x: number, y: number): number => {
    const mask = slots.length - 1;
    let slot = mix(x, y) & mask;
    for (;;) {
      const code = slots[slot];
      if (code === 0 || code === undefined || (a[code - 1] === x && b[code - 1] === y)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const grow = (): void => {
    room *= 2;
    const [olda, oldb] = [a, b];
    a = new Uint32Array(room);
    b = new Uint32Array(room);
    a.set(olda);
    b.set(oldb);
    slots = new Uint32Array(room * 2);
    for (let i = 0; i < size; i++) slots[slotOf(a[i] ?? 0, b[i] ?? 0)] = i + 1;
  };
  return {
    get size() {
      return size;
    },
    get a() {
      return a;
    },
    get b() {
      return b;
    },
    code(x, y) {
      let slot = slotOf(x, y);
      const known = slots[slot] ?? 0;
      if (known !== 0) return known - 1;
      if (size === room) {
        grow();
        slot = slotOf(x, y);
      }
      a[size] = x;
      b[size] = y;
      slots[slot] = ++size;
      return size - 1;
    },
  };
};
