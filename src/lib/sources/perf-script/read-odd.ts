import { quoted } from '../warnings.ts';
import { decoded } from './decoded.ts';
import { decodeErrorOf, isDecodeError } from './read-errors.ts';
import type { DecodeError } from './read-errors.ts';
import { linesOf, oddStacks } from './odd-stacks.ts';
import type { WholeBlocks } from './read-blocks.ts';
import { UNSPLIT } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** Lines that are neither events nor frames. */
export interface OddLines {
  /** Decode errors by the record before them, at most MOST. */
  readonly errors: ReadonlyMap<number, readonly DecodeError[]>;
  readonly errorCount: number;
  /** How many other lines were left out. */
  readonly count: number;
  /** The first of them, in quotes. */
  readonly first: readonly string[];
  readonly warnings: readonly string[];
}

const MOST = 100_000;
const QUOTED = 3;

/** Searches the lines below events for lines that are not part of a stack. */
export const oddLines = (script: ScriptText, blocks: WholeBlocks): OddLines => {
  const line = (text: number): string => decoded(script.texts.text(text));
  const marks = oddStacks(script, (text) => isOdd(line(text)));
  const { records } = script;
  const first = blocks.odd.map((text) => quoted(line(text)));
  const errors = new Map<number, DecodeError[]>();
  const kinds = new Map<string, number>();
  let [count, errorCount] = [blocks.oddCount, 0];
  for (let r = 0; marks !== undefined && r < records.size; r++) {
    const stack = records.stack[r] ?? 0;
    if (marks[stack] !== 1 || ((records.flags[r] ?? 0) & UNSPLIT) !== 0) continue;
    for (const found of linesOf(script, stack).map(line).filter(isOdd)) {
      if (!isDecodeError(found)) {
        count++;
        if (first.length < QUOTED) first.push(quoted(found));
        continue;
      }
      const error = decodeErrorOf(found);
      kinds.set(error.message, (kinds.get(error.message) ?? 0) + 1);
      const below = errors.get(r);
      if (errorCount++ >= MOST) continue;
      if (below === undefined) errors.set(r, [error]);
      else below.push(error);
    }
  }
  const warnings = [...leftOut(count, first), ...undecodable(kinds)];
  return { errors, errorCount: Math.min(errorCount, MOST), count, first, warnings };
};

/** Source lines and frames begin with blanks; a frame may have lost them. */
const isOdd = (line: string): boolean =>
  isDecodeError(line) || (!/^\s/.test(line) && !/^[0-9a-f]{1,16}[ \t]\S/.test(line));

const leftOut = (count: number, first: readonly string[]): readonly string[] => {
  if (count === 0) return [];
  const [lines, were] = count === 1 ? ['1 line', 'was'] : [`${count} lines`, 'were'];
  const more = count > first.length ? ', ...' : '';
  return [`perf script: ${lines} ${were} left out: expected an event or a stack line, got ${first.join(', ')}${more}`];
};

const undecodable = (kinds: ReadonlyMap<string, number>): readonly string[] => {
  if (kinds.size === 0) return [];
  const total = [...kinds.values()].reduce((sum, n) => sum + n, 0);
  const most = [...kinds].sort(([, a], [, b]) => b - a).slice(0, QUOTED);
  const said = most.map(([message, n]) => `${quoted(message)} (${n})`).join(', ');
  const places = total === 1 ? '1 place' : `${total} places`;
  return [`perf could not decode the trace in ${places}, where branches are missing: ${said}`];
};
