const [NEWLINE, RETURN] = [10, 13];

/** Cuts bytes that come in pieces into lines. */
export interface Lines {
  space(bytes: number): Uint8Array;
  scanned(bytes: number): void;
  ended(): void;
  cut(): number;
}

export interface LineOptions {
  readonly keepReturns: boolean;
  readonly longest: number;
}

/** Calls `line(bytes, from, to)` for each line that has something in it and `blank` for the others. */
export const splitLines = (
  { keepReturns, longest }: LineOptions,
  line: (bytes: Uint8Array, from: number, to: number) => void,
  blank: () => void,
): Lines => {
  let buffer = new Uint8Array(0);
  let carry = 0;
  let skipping = false;
  let cut = 0;

  const one = (from: number, newline: number): void => {
    let to = !keepReturns && newline > from && buffer[newline - 1] === RETURN ? newline - 1 : newline;
    if (to - from > longest) {
      to = from + longest;
      cut++;
    }
    if (to === from) blank();
    else line(buffer, from, to);
  };
  const skip = (end: number): number => {
    if (!skipping) return 0;
    const newline = buffer.subarray(0, end).indexOf(NEWLINE);
    if (newline < 0) return end;
    skipping = false;
    return newline + 1;
  };
  return {
    space(bytes) {
      if (carry + bytes > buffer.length) {
        const more = new Uint8Array(carry + bytes);
        more.set(buffer.subarray(0, carry));
        buffer = more;
      }
      return buffer.subarray(carry, carry + bytes);
    },
    scanned(bytes) {
      const end = carry + bytes;
      let from = skip(end);
      for (;;) {
        const newline = buffer.indexOf(NEWLINE, Math.max(from, from === 0 ? carry : 0));
        if (newline < 0 || newline >= end) break;
        one(from, newline);
        from = newline + 1;
      }
      carry = end - from;
      if (carry > longest) {
        line(buffer, from, from + longest);
        cut++;
        skipping = true;
        carry = 0;
      }
      buffer.copyWithin(0, from, from + carry);
    },
    ended() {
      if (carry > 0) one(0, carry);
      carry = 0;
    },
    cut: () => cut,
  };
};
