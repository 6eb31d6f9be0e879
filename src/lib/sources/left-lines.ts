import type { Warning } from './source.ts';
import { quoted } from './warnings.ts';

/** Counts lines that a decoder could not read, and keeps the first ones for the warning. */
export interface LeftLines {
  readonly count: number;
  add(line: string): void;
  warnings(): readonly Warning[];
}

const KEPT = 3;

/** `tool` names the decoder ('bpftrace'), `expected` says what its lines should have been. */
export const leftLines = (tool: string, expected: string): LeftLines => {
  const first: string[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(line) {
      count++;
      if (first.length < KEPT) first.push(quoted(line));
    },
    warnings() {
      if (count === 0) return [];
      const [lines, were] = count === 1 ? ['1 line', 'was'] : [`${count} lines`, 'were'];
      const more = count > first.length ? ', ...' : '';
      return [{ say: `${tool}: ${lines} ${were} left out: expected ${expected}, got ${first.join(', ')}${more}` }];
    },
  };
};
