/** The counts at the end of a folded line, one or two, and where the stack before them ends. */
export interface Counts {
  readonly end: number;
  readonly first: number | undefined;
  readonly last: number;
}

const NUMBER = /^[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$/;
const isBlank = (c = 0): boolean => c === 32 || c === 9;

/** The number that ends at `to`, and where its word starts. */
const numberBefore = (bytes: Uint8Array, from: number, to: number): { start: number; value: number } | undefined => {
  let start = to;
  while (start > from && !isBlank(bytes[start - 1]) && to - start < 40) start--;
  const word = Buffer.from(bytes.subarray(start, to)).toString('latin1');
  const value = start > from && isBlank(bytes[start - 1]) && NUMBER.test(word) ? Number(word) : NaN;
  return Number.isFinite(value) ? { start, value } : undefined;
};

const trimmed = (bytes: Uint8Array, from: number, to: number): number => {
  let end = to;
  while (end > from && isBlank(bytes[end - 1])) end--;
  return end;
};

/** Reads a line `stack count` or `stack count count` from its end: names may hold blanks and digits. */
export const countsAt = (bytes: Uint8Array, from: number, to: number): Counts | undefined => {
  const last = numberBefore(bytes, from, trimmed(bytes, from, to));
  if (last === undefined) return undefined;
  const end = trimmed(bytes, from, last.start);
  const first = numberBefore(bytes, from, end);
  if (first === undefined) return end === from ? undefined : { end, first: undefined, last: last.value };
  return { end: trimmed(bytes, from, first.start), first: first.value, last: last.value };
};
