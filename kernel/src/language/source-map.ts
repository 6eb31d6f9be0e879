import type { Position } from './language.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** One segment: generated column, original line and column, all from 0. */
interface Segment {
  readonly column: number;
  readonly line: number;
  readonly from: number;
}

/**
 * Decodes a source map's `mappings` (https://tc39.es/ecma426/) for one source. The returned function maps a generated
 * position (line and column from 1) to the original; undefined where the map has no entry.
 */
export const decodeMap = (mappings: string): ((at: Position) => Position | undefined) => {
  let line = 0;
  let from = 0;
  const lines = mappings.split(';').map((group) => {
    let column = 0;
    const segments: Segment[] = [];
    for (const text of group.split(',')) {
      const [stepColumn, source, stepLine, stepFrom] = numbers(text);
      if (stepColumn === undefined) continue;
      column += stepColumn;
      if (source === undefined || stepLine === undefined || stepFrom === undefined) continue;
      line += stepLine;
      from += stepFrom;
      segments.push({ column, line, from });
    }
    return segments;
  });
  return (at) => {
    const segments = lines[at.line - 1] ?? [];
    const found = segments.findLast(({ column }) => column <= at.column - 1) ?? segments[0];
    return found && { line: found.line + 1, column: found.from + 1 + Math.max(0, at.column - 1 - found.column) };
  };
};

/** Base64 VLQ: five bits per digit; the lowest bit of the first digit is the sign. */
const numbers = (text: string): number[] => {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    values.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return values;
};
