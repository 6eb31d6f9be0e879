import { headOf } from './read-head.ts';
import type { Head } from './read-head.ts';
import { decoded } from './decoded.ts';
import { memo } from './memo.ts';
import { isStackLine } from './read-lines.ts';
import { UNSPLIT } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** An event in a block whose lines are read whole. */
export interface WholeEvent {
  /** undefined if perf printed no field but the stack (`-F ip,sym`). */
  readonly head: Head | undefined;
  /** The text of its line, which distinguishes it from other events. */
  readonly text: number;
  readonly stack: number;
}

/** Events of records whose first line the scanner could not split, and lines that are not events. */
export interface WholeBlocks {
  readonly ofRecord: ReadonlyMap<number, readonly WholeEvent[]>;
  readonly size: number;
  readonly odd: readonly number[];
  readonly oddCount: number;
}

const KEPT = 3;

/**
 * Without times, the scanner finds at most one event per block, with stack lines below it. Without stacks there are no
 * blank lines either, so a whole file is one block. Renumbers stacks; call it before stacks are read.
 */
export const wholeBlocks = (script: ScriptText): WholeBlocks => {
  const ofRecord = new Map<number, WholeEvent[]>();
  const odd: number[] = [];
  let [size, oddCount] = [0, 0];
  const { texts } = script;
  const headIn = memo((text) => headOf(decoded(texts.text(text))) ?? null);
  const { groupsOf, headed } = groupsIn(script);
  for (const [r, found] of groupsOf) {
    const events: WholeEvent[] = [];
    for (const { text, stack } of found) {
      for (const each of stack) script.asFrame(each);
      const head = text === undefined ? undefined : (headIn(text) ?? undefined);
      // A stack without an event line is a sample if no event has an event line; else it continues a stack that
      // contained a blank line.
      const isEvent = text === undefined ? !headed : stack.length > 0 || head?.certain === true;
      if (isEvent) events.push({ head, text: text ?? 0, stack: script.stackOf(stack) });
      else {
        oddCount++;
        const first = text ?? stack[0];
        if (odd.length < KEPT && first !== undefined) odd.push(first);
      }
    }
    ofRecord.set(r, events);
    size += events.length;
  }
  return { ofRecord, size, odd, oddCount };
};

/** An event line and the stack lines below it. */
interface Group {
  readonly text: number | undefined;
  readonly stack: number[];
}

/** The groups of each record that is read whole, and whether any event of the file has an event line. */
const groupsIn = (
  script: ScriptText,
): { readonly groupsOf: ReadonlyMap<number, readonly Group[]>; readonly headed: boolean } => {
  const { records, texts, bounds, lines } = script;
  const kinds = memo((text): 'stack' | 'source' | 'head' => kindOf(decoded(texts.text(text))));
  const groupsOf = new Map<number, readonly Group[]>();
  let headed = false;
  for (let r = 0; r < records.size; r++) {
    if (((records.flags[r] ?? 0) & UNSPLIT) === 0) {
      headed = true;
      continue;
    }
    const stack = records.stack[r] ?? 0;
    const block = [records.head[r] ?? 0, ...lines.slice(bounds[stack] ?? 0, bounds[stack + 1] ?? 0)];
    // If frames are indented by a tab, a number after blanks is a thread (`-F tid,ip`).
    const kindHere = hasTab(script, block) ? (text: number) => (isSpaced(script, text) ? 'head' : kinds(text)) : kinds;
    const found = [...groups(block, kindHere, records.size === 1 && isWide(script, block[0]))];
    headed ||= found.some(({ text }) => text !== undefined);
    groupsOf.set(r, found);
  }
  return { groupsOf, headed };
};

/** With `single`, each address is a sample of its own: perf printed neither thread, time nor call chains. */
const groups = function* (
  block: readonly number[],
  kinds: (text: number) => 'stack' | 'source' | 'head',
  single: boolean,
): Generator<Group> {
  let open: Group | undefined;
  for (const text of block) {
    const kind = kinds(text);
    if (kind === 'source' && open !== undefined) continue;
    if (kind === 'stack' && open !== undefined && !single) {
      open.stack.push(text);
      continue;
    }
    if (open !== undefined) yield open;
    open = kind === 'stack' ? { text: undefined, stack: [text] } : { text, stack: [] };
  }
  if (open !== undefined) yield open;
};

const isWide = (script: ScriptText, text = 0): boolean =>
  /^ (?= *[0-9a-f]{1,16}(?: \S|$))[ 0-9a-f]{16}/.test(script.texts.text(text));

const hasTab = (script: ScriptText, block: readonly number[]): boolean =>
  block.some((text) => script.texts.text(text).startsWith('\t'));

const isSpaced = (script: ScriptText, text: number): boolean => /^ *\d{1,10} *$/.test(script.texts.text(text));

/** A source line (`-F +srcline`) is indented by two blanks, below its frame. */
const kindOf = (line: string): 'stack' | 'source' | 'head' => {
  if (isStackLine(line) && isAddress(line)) return 'stack';
  return /^(?: {2}\S|\t)/.test(line) && headOf(line)?.certain !== true ? 'source' : 'head';
};

/**
 * "add" and "be" are words and also hexadecimal numbers; perf prints addresses 16 columns wide, and binaries in
 * parentheses.
 */
const isAddress = (line: string): boolean => {
  const [found = '', pc = ''] = /^\s*([0-9a-f]+)/.exec(line) ?? [];
  return found.length >= 16 || /\d/.test(pc) || line.trimEnd().endsWith(')');
};
