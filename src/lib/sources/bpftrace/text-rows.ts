import type { ByteSource } from '../../bytes/peek.ts';
import { linesOf } from '../../bytes/text-lines.ts';
import { entryOf, keyText } from './blocks.ts';
import { isAxis, plotRow } from './plots.ts';
import { surroundings } from './printed.ts';
import type { Place, Printed, PrintedRow } from './printed.ts';
import { rowsOfValue, valueOf } from './values.ts';

type Found = Generator<Printed>;

/** A map's name without a value on its line: a histogram, a time series or a stack follows on the next lines. */
interface Heading extends Place {
  rows: number;
  readonly stack: string[];
}

interface State {
  readonly around: ReturnType<typeof surroundings>;
  /** Lines of an entry whose key is not closed yet. */
  open: string[];
  length: number;
  under: Heading | undefined;
  /** A line that ends in a heading after other text: `10:00:01 @usecs:`. The next line decides whether it is one. */
  held: { readonly line: string; readonly text: string; readonly heading: string } | undefined;
}

/** An entry without an end is dropped at this length. */
const LONGEST = 4 << 20;

/**
 * Rows of bpftrace's text output, in order. Each non-empty line becomes a row, is part of a plot, or is reported as
 * `left`.
 */
export const textRows = async function* (source: ByteSource): AsyncGenerator<Printed> {
  const state: State = { around: surroundings(), open: [], length: 0, under: undefined, held: undefined };
  for await (const line of linesOf(source)) yield* onLine(state, line);
  yield* heldText(state);
  yield* closed(state);
  yield* unclosed(state);
};

const onLine = function* (state: State, line: string): Found {
  if (state.held !== undefined) yield* onHeld(state, line);
  if (state.open.length > 0 && !/^@\w*[[:]/.test(line)) {
    yield* onOpen(state, line);
  } else if (/^@\w*[[:]/.test(line)) {
    yield* closed(state);
    yield* unclosed(state);
    yield* onOpen(state, line);
  } else if (state.under === undefined || !(yield* onUnder(state, state.under, line))) yield* onText(state, line);
};

const onOpen = function* (state: State, line: string): Found {
  state.open.push(line);
  state.length += line.length;
  const opens = /^@\w*\[/.test(state.open[0] ?? '');
  if (opens && !line.includes(']:') && state.length < LONGEST) return;
  const entry = entryOf(state.open.join('\n'));
  if (entry === undefined) {
    yield* unclosed(state);
    return;
  }
  state.open = [];
  state.length = 0;
  const place = { map: entry.map, key: entry.keyed ? keyText(entry.key) : undefined };
  if (entry.value === '') state.under = { ...place, rows: 0, stack: [] };
  else for (const row of textValue(place, entry.value)) yield { row: state.around.within(row) };
};

/** stats() before bpftrace 0.24 is printed in words. */
const STATS = /^count (-?\d+), average (-?\d+), total (-?\d+)$/;

const textValue = (place: Place, text: string): Iterable<PrintedRow> => {
  const [, count, average, total] = STATS.exec(text) ?? [];
  if (count === undefined) return rowsOfValue(place, valueOf(text));
  const whole = (each = ''): Value => valueOf(each);
  return rowsOfValue(place, { count: whole(count), average: whole(average), total: whole(total) });
};
type Value = ReturnType<typeof valueOf>;

/** Handles a line below a heading; false if it does not belong to the heading. */
const onUnder = function* (state: State, under: Heading, line: string): Generator<Printed, boolean> {
  if (line === '') {
    if (under.rows > 0 || under.stack.length > 0) yield* closed(state);
    return true;
  }
  const row = plotRow(under, line);
  if (row !== undefined) {
    under.rows++;
    if (row !== 'none') yield { row: state.around.within(row) };
    return true;
  }
  if (isAxis(line)) return true;
  if (under.rows === 0 && /^(?: {4}|\t)\s*\S/.test(line)) {
    under.stack.push(line.trim());
    return true;
  }
  yield* closed(state);
  return false;
};

/** Ends the heading's rows. */
const closed = function* (state: State): Found {
  const { under } = state;
  state.under = undefined;
  if (under === undefined || under.stack.length === 0) return;
  const { map, key } = under;
  yield { row: state.around.within({ map, key, kind: 'value', text: under.stack.join(';') }) };
};

/** Drops an entry without an end. */
const unclosed = function* (state: State): Found {
  const { open } = state;
  state.open = [];
  state.length = 0;
  for (const line of open) if (line.trim() !== '') yield { left: line };
};

/** Messages of bpftrace itself. */
const ATTACHED = /^Attach(?:ing|ed) \d+ probes?(?:\.\.\.)?\s*$/;
const LOST = /^Lost (\d{1,15}) events$/;
const HEADING_BEHIND = /^(.*\S.*?)(@\w*(?:\[.*\])?:) ?$/;
/** `10:00:01 calls: @calls: 5`: text without a newline, then a map with a number. */
const ENTRY_BEHIND = /^(.*\S.*[\s:])(@\w*(?:\[.*\])?: -?\d{1,20})$/;

const onText = function* (state: State, line: string): Found {
  if (line.trim() === '') return;
  const lost = LOST.exec(line)?.[1];
  if (lost !== undefined) {
    yield { lost: Number(lost) };
    return;
  }
  if (ATTACHED.test(line)) return;
  const isShort = line.length < 4096;
  const [, text, heading] = isShort && /: ?$/.test(line) ? (HEADING_BEHIND.exec(line) ?? []) : [];
  const [, title, entry] = isShort && /: -?\d+$/.test(line) ? (ENTRY_BEHIND.exec(line) ?? []) : [];
  if (text !== undefined && heading !== undefined) state.held = { line, text, heading };
  else if (title !== undefined && entry !== undefined) {
    yield* printed(state, title);
    yield* onOpen(state, entry);
  } else yield* printed(state, line);
};

const printed = function* (state: State, line: string): Found {
  const row = state.around.text(line);
  if (row !== undefined) yield { row };
};

const onHeld = function* (state: State, next: string): Found {
  const { held } = state;
  if (held === undefined) return;
  const isPlot = isAxis(next) || plotRow({ map: '', key: undefined }, next) !== undefined;
  if (!isPlot) {
    yield* heldText(state);
    return;
  }
  state.held = undefined;
  yield* printed(state, held.text);
  yield* onOpen(state, held.heading);
};

const heldText = function* (state: State): Found {
  const { held } = state;
  state.held = undefined;
  if (held !== undefined) yield* printed(state, held.line);
};
