const [NEWLINE, RETURN] = [10, 13];

/** Splits pieces of bytes into lines. */
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

type OnLine = (bytes: Uint8Array, from: number, to: number) => void;

interface State {
  buffer: Uint8Array<ArrayBuffer>;
  /** Bytes of an unfinished line. */
  carry: number;
  /** Whether the rest of a too long line is being skipped. */
  skipping: boolean;
  cut: number;
}

/** Calls `line(bytes, from, to)` for each non-empty line and `blank` for each empty one. */
export const splitLines = (options: LineOptions, line: OnLine, blank: () => void): Lines => {
  const state: State = { buffer: new Uint8Array(0), carry: 0, skipping: false, cut: 0 };
  return {
    space(bytes) {
      if (state.carry + bytes > state.buffer.length) {
        // Double the size, so that a long line in many small pieces is not copied for each piece.
        const more = new Uint8Array(Math.max(state.carry + bytes, state.buffer.length * 2));
        more.set(state.buffer.subarray(0, state.carry));
        state.buffer = more;
      }
      return state.buffer.subarray(state.carry, state.carry + bytes);
    },
    scanned(bytes) {
      scanned(state, bytes, options, line, blank);
    },
    ended() {
      if (state.carry > 0) one(state, 0, state.carry, options, line, blank);
      state.carry = 0;
    },
    cut: () => state.cut,
  };
};

const scanned = (state: State, bytes: number, options: LineOptions, line: OnLine, blank: () => void): void => {
  const { buffer, carry } = state;
  const end = carry + bytes;
  let from = skip(state, end);
  let newline = buffer.indexOf(NEWLINE, Math.max(from, carry));
  for (; newline >= 0 && newline < end; newline = buffer.indexOf(NEWLINE, from)) {
    one(state, from, newline, options, line, blank);
    from = newline + 1;
  }
  state.carry = end - from;
  if (state.carry > options.longest) {
    line(buffer, from, from + options.longest);
    state.cut++;
    state.skipping = true;
    state.carry = 0;
  }
  if (from > 0) buffer.copyWithin(0, from, from + state.carry);
};

/** Where the next line starts, after the rest of a too long one. */
const skip = (state: State, end: number): number => {
  if (!state.skipping) return 0;
  const newline = state.buffer.subarray(0, end).indexOf(NEWLINE);
  if (newline < 0) return end;
  state.skipping = false;
  return newline + 1;
};

const one = (
  state: State,
  from: number,
  newline: number,
  { keepReturns, longest }: LineOptions,
  line: OnLine,
  blank: () => void,
): void => {
  const returns = !keepReturns && newline > from && state.buffer[newline - 1] === RETURN;
  let to = returns ? newline - 1 : newline;
  if (to - from > longest) {
    to = from + longest;
    state.cut++;
  }
  if (to === from) blank();
  else line(state.buffer, from, to);
};
