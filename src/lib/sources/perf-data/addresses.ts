/** Distinct (file, offset) pairs in order of first appearance; offsets are u64 as two halves. */
export interface Addresses {
  readonly size: number;
  readonly dso: Uint32Array;
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  /** The pair's number. */
  of(dso: number, high: number, low: number): number;
}

const mix = (dso: number, high: number, low: number): number => {
  const h = Math.imul(low ^ Math.imul(dso, 0x9e3779b1) ^ Math.imul(high, 0x27d4eb2f), 0x85ebca6b);
  return Math.imul(h ^ (h >>> 15), 0xc2b2ae35) >>> 0;
};

/** Open addressing, half full at most. */
export const internAddresses = (capacity = 1 << 14): Addresses => {
  let dsos = new Uint32Array(capacity);
  let lows = new Uint32Array(capacity);
  let highs = new Uint32Array(capacity);
  let slots = new Uint32Array(capacity * 2);
  let size = 0;
  const slotOf = (dso: number, high: number, low: number): number => {
    const mask = slots.length - 1;
    let slot = mix(dso, high, low);
    slot = (slot ^ (slot >>> 16)) & mask;
    for (;;) {
      const code = (slots[slot] ?? 0) - 1;
      if (code < 0 || (lows[code] === low && dsos[code] === dso && highs[code] === high)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const wider = (old: Uint32Array): Uint32Array<ArrayBuffer> => {
    const next = new Uint32Array(old.length * 2);
    next.set(old);
    return next;
  };
  const grow = (): void => {
    [dsos, lows, highs] = [wider(dsos), wider(lows), wider(highs)];
    slots = new Uint32Array(slots.length * 2);
    for (let i = 0; i < size; i++) slots[slotOf(dsos[i] ?? 0, highs[i] ?? 0, lows[i] ?? 0)] = i + 1;
  };
  return {
    get size() {
      return size;
    },
    get dso() {
      return dsos;
    },
    get low() {
      return lows;
    },
    get high() {
      return highs;
    },
    of(dso, high, low) {
      let slot = slotOf(dso, high, low);
      const known = slots[slot] ?? 0;
      if (known !== 0) return known - 1;
      if (size === dsos.length) {
        grow();
        slot = slotOf(dso, high, low);
      }
      dsos[size] = dso;
      lows[size] = low;
      highs[size] = high;
      slots[slot] = ++size;
      return size - 1;
    },
  };
};
