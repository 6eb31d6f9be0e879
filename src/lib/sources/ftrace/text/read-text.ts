import type { ByteSource } from '../../../bytes/peek.ts';
import { splitLines } from '../../../bytes/lines.ts';
import { internTexts } from '../../../bytes/texts.ts';
import { leftLines } from '../../left-lines.ts';
import type { Ftrace } from '../read.ts';
import { newEventLine, readEventLine, type EventLine } from './event-line.ts';
import type { DocumentedFields } from './format-fields.ts';
import { newHeading, readHeading } from './heading.ts';
import { otherLines } from './other-lines.ts';
import { textStacks } from './stacks.ts';
import { textRows, type TextRows } from './text-rows.ts';

/** The kernel prints no line longer than a page. */
const LONGEST = 1 << 16;

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

/** What is known of an event's fields, by its printed name. */
type FieldsOf = (event: string) => DocumentedFields | undefined;

/** The rows of each kind of event, found by the name in a line. */
const rowsByName = (fieldsOf: FieldsOf) => {
  const all = new Map<string, TextRows>();
  // System calls have names of their own: the same as of another event, but for the prefix.
  const names = { '': internTexts(), sys_enter_: internTexts(), sys_exit_: internTexts() };
  const known: Record<EventLine['prefix'], TextRows[]> = { '': [], sys_enter_: [], sys_exit_: [] };
  const named = (event: string, line: EventLine): TextRows => {
    const found = all.get(event) ?? textRows(event, line, fieldsOf(event));
    all.set(event, found);
    return found;
  };
  return {
    all,
    of(bytes: Uint8Array, line: EventLine): TextRows {
      if (line.kind === 'function') return named('function', line);
      const { prefix, nameFrom, nameTo } = line;
      const id = names[prefix].intern(bytes, nameFrom, nameTo);
      return (known[prefix][id] ??= named(prefix + Buffer.from(bytes.subarray(nameFrom, nameTo)).toString('utf8'), line)); // prettier-ignore
    },
  };
};

/** Takes lines one by one. */
const textReader = (fieldsOf: FieldsOf) => {
  const [heading, line] = [newHeading(), newEventLine()];
  const [rows, stacks, others] = [rowsByName(fieldsOf), textStacks(), otherLines()];
  const left = leftLines('ftrace-text', 'THREAD-TID [CPU] TIME: EVENT: FIELDS');
  let [base, counts]: [number | undefined, boolean] = [undefined, false];
  const event = (bytes: Uint8Array): void => {
    if (line.kind === 'stack' || line.kind === 'user stack') {
      stacks.begin(line.kind, heading.tid, heading.cpu);
      return;
    }
    base ??= heading.seconds;
    counts ||= heading.counts;
    const found = rows.of(bytes, line);
    stacks.event(found, heading.tid, heading.cpu);
    found.add((heading.seconds - base) * 1e9 + heading.rest, heading, line, bytes);
  };
  return {
    take: (bytes: Uint8Array, from: number, to: number): void => {
      if (readHeading(bytes, from, to, heading) && readEventLine(bytes, heading.at, to, line)) event(bytes);
      else if (!stacks.line(bytes, from, to)) {
        const said = latin1(bytes, from, to);
        if (!others.take(said)) left.add(said);
      }
    },
    ended: (): void => {
      stacks.end();
    },
    rows: () => [...rows.all.values()],
    base: () => base ?? 0,
    lost: () => others.lost(),
    warnings: (cut: number): readonly string[] => [
      ...others.warnings(),
      ...left.warnings().map(({ say }) => say),
      ...(stacks.left === 0 ? [] : [`${String(stacks.left)} stacks follow no event of their thread`]),
      ...(counts ? ['the trace clock counts: t is its count since the first event, not seconds'] : []),
      ...(cut === 0 ? [] : [`${String(cut)} lines are longer than ${String(LONGEST)} bytes: the rest of each was left out`]), // prettier-ignore
    ],
  };
};

interface TextOptions {
  readonly origin?: number | undefined;
  readonly nameOf?: (event: string) => string;
  readonly fieldsOf?: FieldsOf;
}

/**
 * Reads what `cat trace`, `cat trace_pipe` and `trace-cmd report` print. `origin`: the trace clock at t = 0, in seconds; default:
 * the first event. `nameOf`: the full name of an event, 'sched:sched_switch'. `fieldsOf`: the fields of events that are printed with
 * the option `fields`. Throws FridayError('input') for the layout of a tracer that prints no line for each event.
 */
export const readFtraceText = async (
  source: ByteSource | Iterable<Uint8Array>,
  { origin, nameOf = (event) => event, fieldsOf = () => undefined }: TextOptions = {},
): Promise<Ftrace> => {
  const reader = textReader(fieldsOf);
  const lines = splitLines({ keepReturns: false, longest: LONGEST }, reader.take, () => undefined);
  for await (const piece of source) {
    lines.space(piece.length).set(piece);
    lines.scanned(piece.length);
  }
  lines.ended();
  reader.ended();
  const rows = reader.rows();
  const first = rows.reduce((least, each) => Math.min(least, each.least()), Infinity);
  const shift = origin === undefined ? (first === Infinity ? 0 : -first) : Math.round((reader.base() - origin) * 1e9);
  return {
    events: rows.map((each) => ({ event: nameOf(each.event), table: each.table(shift) })),
    lost: reader.lost(),
    start: reader.base() - shift / 1e9,
    warnings: reader.warnings(lines.cut()),
  };
};
