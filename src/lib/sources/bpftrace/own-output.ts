import type { ByteSource } from '../../bytes/peek.ts';
import type { Table } from '../../columns/column.ts';
import type { Arrivals } from './arrivals.ts';
import { objectLines, type BpftraceObject } from './json.ts';
import { newLosses } from './losses.ts';
import { mapTable, type MapPrint } from './map-table.ts';
import { printedText } from './printed-text.ts';
import { mapsOfProgram, printsLines, type ProgramMap } from './program-maps.ts';
import { lostIn } from './program-output.ts';
import { pieceOf } from './shaped-lines.ts';

/** One table of what a program of bpftrace printed. */
export interface OwnTable {
  readonly table: Table;
  readonly grain: 'events' | 'histogram' | 'totals';
}

/** What a program of bpftrace printed: a table for each of its maps, and `lines` for what it printed as text. */
export interface OwnTables {
  readonly tables: ReadonlyMap<string, OwnTable>;
  readonly lost: number;
  readonly warnings: readonly string[];
}

const TEXTS = new Set(['printf', 'time', 'cat', 'join', 'syscall']);
const MAPS = new Set(['map', 'stats', 'hist', 'tseries']);
/** Bytes of a line beyond which it is none of bpftrace's. */
const LONGEST = 64 << 20;
const NEWLINE = 10;

/** A printed value as a line: print((1, 2)) is a tuple, print("x") a text. */
const lineOf = (data: unknown): string => (typeof data === 'string' ? data : JSON.stringify(data, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))); // prettier-ignore

/** Collects the objects of an output. */
const collector = () => {
  const prints = new Map<string, MapPrint[]>();
  const text = printedText();
  const losses = newLosses();
  const maps = (type: string, data: object, t: number | undefined): void => {
    for (const [name, value] of Object.entries(data)) {
      const all = prints.get(name);
      if (all === undefined) prints.set(name, [{ t, type, value }]);
      else all.push({ t, type, value });
    }
  };
  const take = ({ type, data, message }: BpftraceObject, t: number | undefined): void => {
    if (data === undefined && (TEXTS.has(type) || type === 'value')) losses.take({ left: '' });
    else if (TEXTS.has(type)) text.add(type === 'join' ? `${lineOf(data)}\n` : lineOf(data), t);
    else if (type === 'value') text.add(`${lineOf(data)}\n`, t);
    else if (MAPS.has(type) && typeof data === 'object' && data !== null) maps(type, data, t);
    else if (type === 'lost_events') losses.take({ lost: lostIn(data) });
    else if (message !== '') losses.take({ said: message });
  };
  return { prints, text, losses, take };
};

/** The name of a map without its @; the map without a name is `map`. */
const nameOf = (map: string): string => (map === '@' ? 'map' : map.slice(1));

/** The tables of all maps that the program has, printed or not, and of its lines. */
const tablesOf = (
  program: string,
  prints: ReadonlyMap<string, readonly MapPrint[]>,
  text: ReturnType<typeof printedText>,
): Pick<OwnTables, 'tables' | 'warnings'> => {
  const known = mapsOfProgram(program);
  const all = new Map<string, ProgramMap>(known);
  for (const name of prints.keys()) if (!all.has(name)) all.set(name, { name, keys: [], by: '' });
  const tables = new Map<string, OwnTable>();
  const warnings: string[] = [];
  for (const [name, map] of all) {
    const made = mapTable(map, prints.get(name) ?? []);
    tables.set(nameOf(name), { table: made.table, grain: made.isHistogram ? 'histogram' : 'totals' });
    warnings.push(...made.warnings);
  }
  if (text.size > 0 || printsLines(program))
    tables.set(tables.has('lines') ? 'printed' : 'lines', { table: text.table(), grain: 'events' });
  return { tables, warnings };
};

/** Pieces that end with a line; only the last one, and one that is too long, may not. A line cut by its source is a piece alone. */
const wholeLines = async function* (source: ByteSource): AsyncGenerator<Buffer> {
  let open: Buffer[] = [];
  let length = 0;
  for await (const piece of source) {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const isTooLong = length + bytes.length > LONGEST;
    const end = isTooLong ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    const first = open.length === 0 ? 0 : isTooLong ? end : Math.min(end, bytes.indexOf(NEWLINE) + 1);
    if (first > 0) {
      yield Buffer.concat([...open, bytes.subarray(0, first)]);
      [open, length] = [[], 0];
    }
    if (end > first) yield bytes.subarray(first, end);
    if (end === bytes.length) continue;
    open.push(Buffer.from(bytes.subarray(end))); // a copy: the source may use its memory again
    length += bytes.length - end;
  }
  if (open.length > 0) yield Buffer.concat(open);
};

/** Reads the output of `bpftrace -f json` for a program whose text is known. */
export const readOwnBpftrace = async (
  source: ByteSource,
  { program, arrivals }: { readonly program: string; readonly arrivals: Arrivals },
): Promise<OwnTables> => {
  const { prints, text, losses, take } = collector();
  const objects = objectLines();
  const read = (parsed: ReturnType<typeof objects.line>, offset: number): void => {
    for (const each of parsed) {
      if ('left' in each) losses.take(each);
      else take(each.object, arrivals(offset));
    }
  };
  let offset = 0;
  for await (const bytes of wholeLines(source)) {
    const piece = pieceOf(bytes, offset);
    for (let at = 0; at < bytes.length;) {
      if (!objects.isOpen) at = text.shaped(piece, at, arrivals);
      if (at === bytes.length) break;
      const newline = bytes.indexOf(NEWLINE, at);
      const to = newline < 0 ? bytes.length : newline;
      const line = bytes.toString('utf8', at, to);
      if (!objects.isOpen) text.learn(line);
      read(objects.line(line), offset + at);
      at = to + 1;
    }
    offset += bytes.length;
  }
  read(objects.end(), offset);
  const { tables, warnings } = tablesOf(program, prints, text);
  return { tables, lost: losses.events, warnings: [...losses.warnings(), ...warnings] };
};
