const NEWLINE = 10;
const END = Uint8Array.of(NEWLINE);

/** Collects pieces of any size into blocks of whole lines. */
export interface LineBlocks {
  readonly add: (piece: Uint8Array) => void;
  /** Call it after the last piece; the last line may have no newline. */
  ended(): void;
  /** How many lines were longer than the limit and were cut; the rest of such a line is dropped. */
  cut(): number;
}

/** Calls `block` with the parts of each block of whole lines and their total size; the last part ends in a newline. */
export const lineBlocks = (
  longest: number,
  block: (parts: readonly Uint8Array[], size: number) => void,
): LineBlocks => {
  let carry: Uint8Array[] = [];
  let carried = 0;
  let skipping = false;
  let cut = 0;
  const flush = (last: Uint8Array): void => {
    const parts = [...carry, last];
    const size = carried + last.length;
    carry = [];
    carried = 0;
    block(parts, size);
  };
  const keep = (rest: Uint8Array): void => {
    if (rest.length === 0) return;
    carry.push(rest.slice());
    carried += rest.length;
    if (carried <= longest) return;
    const first = Buffer.concat(carry, longest);
    carry = [];
    carried = 0;
    block([first, END], longest + 1);
    cut++;
    skipping = true;
  };
  return {
    add(piece) {
      let rest = piece;
      if (skipping) {
        const newline = rest.indexOf(NEWLINE);
        if (newline < 0) return;
        skipping = false;
        rest = rest.subarray(newline + 1);
      }
      const end = rest.lastIndexOf(NEWLINE) + 1;
      if (end > 0) flush(rest.subarray(0, end));
      keep(rest.subarray(end));
    },
    ended() {
      if (carried > 0) flush(END);
    },
    cut: () => cut,
  };
};
