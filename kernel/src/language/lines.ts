import type { Position } from './language.ts';

/** Offsets at which lines begin; V8, TypeScript and acorn all count \n, \r\n, \r, U+2028 and U+2029. */
export const lineStarts = (text: string): readonly number[] => {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(end.index + end[0].length);
  return starts;
};

/** Offset -> line and column, both from 1. */
export const positionAt = (starts: readonly number[], offset: number): Position => {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
};

/** Line and column, both from 1 -> offset; undefined for a line that does not exist. */
export const offsetAt = (starts: readonly number[], line: number, column: number): number | undefined => {
  const start = starts[line - 1];
  return start === undefined ? undefined : start + column - 1;
};
