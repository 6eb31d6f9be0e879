const [SPACE, TAB, DOT, COLON] = [32, 9, 46, 58];
const isDigit = (c = 0): boolean => c >= 48 && c < 58;

/**
 * Where an event line's time is: seconds from `start` to `dot`, the fraction from `dot + 1` to `end`, a colon at `end`.
 */
export interface TimeAt {
  readonly start: number;
  readonly dot: number;
  readonly end: number;
}

/** The first token `digits.digits:` after a blank, which distinguishes event lines from others. */
export const timeIn = (bytes: Uint8Array, p: number, e: number): TimeAt | undefined => {
  for (let colon = bytes.indexOf(COLON, p); colon >= 0 && colon < e; colon = bytes.indexOf(COLON, colon + 1)) {
    if (colon + 1 !== e && bytes[colon + 1] !== SPACE) continue;
    const at = timeBefore(bytes, p, colon);
    if (at !== undefined) return at;
  }
  return undefined;
};

const timeBefore = (bytes: Uint8Array, p: number, end: number): TimeAt | undefined => {
  let q = end;
  while (q > p && isDigit(bytes[q - 1])) q--;
  if (q === end || end - q > 9 || q === p || bytes[q - 1] !== DOT) return undefined;
  const dot = --q;
  while (q > p && isDigit(bytes[q - 1])) q--;
  if (q === dot || dot - q > 10 || q === p) return undefined;
  return bytes[q - 1] === SPACE || bytes[q - 1] === TAB ? { start: q, dot, end } : undefined;
};

/** The value of the digits between `p` and `e`. */
export const digits = (bytes: Uint8Array, p: number, e: number): number => {
  let sum = 0;
  for (let q = p; q < e; q++) sum = sum * 10 + ((bytes[q] ?? 48) - 48);
  return sum;
};

/** The `[cpu]` directly before the time, and where the text before both ends. */
export const cpuBefore = (bytes: Uint8Array, p: number, time: number): { headEnd: number; cpu: number | undefined } => {
  const none = { headEnd: time, cpu: undefined };
  let q = time;
  while (q > p && bytes[q - 1] === SPACE) q--;
  if (q === p || bytes[q - 1] !== 93) return none;
  const to = --q;
  while (q > p && isDigit(bytes[q - 1])) q--;
  if (q === to || to - q > 6 || q - p < 2 || bytes[q - 1] !== 91 || bytes[q - 2] !== SPACE) return none;
  return { headEnd: q - 1, cpu: digits(bytes, q, to) };
};

/** The period after the colon at `end`, and where the text after it starts. */
export const periodAfter = (
  bytes: Uint8Array,
  end: number,
  e: number,
): { tail: number; period: bigint | undefined } => {
  let q = end + 1;
  while (q < e && bytes[q] === SPACE) q++;
  const from = q;
  while (q < e && isDigit(bytes[q])) q++;
  if (q === from || q - from >= 19 || q >= e || bytes[q] !== SPACE) return { tail: end + 1, period: undefined };
  let period = 0n;
  for (let i = from; i < q; i++) period = period * 10n + BigInt((bytes[i] ?? 48) - 48);
  return { tail: q, period };
};
