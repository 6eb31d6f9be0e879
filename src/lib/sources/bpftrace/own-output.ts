import { splitLines } from '../../bytes/lines.ts';
import type { ByteSource } from '../../bytes/peek.ts';
import type { Table } from '../../columns/column.ts';
import type { Arrivals } from './arrivals.ts';
import { objectLines, type BpftraceObject } from './json.ts';
import { newLosses } from './losses.ts';
import { mapTable, type MapPrint } from './map-table.ts';
import { printedText } from './printed-text.ts';
import { mapsOfProgram, printsLines, type ProgramMap } from './program-maps.ts';
import { lostIn } from './program-output.ts';

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
const LONGEST = 64 << 20;

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
    if (TEXTS.has(type)) text.add(type === 'join' ? `${lineOf(data)}\n` : lineOf(data), t);
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

/** Reads the output of `bpftrace -f json` for a program whose text is known. */
export const readOwnBpftrace = async (
  source: ByteSource,
  { program, arrivals }: { readonly program: string; readonly arrivals: Arrivals },
): Promise<OwnTables> => {
  const { prints, text, losses, take } = collector();
  const objects = objectLines();
  let offset = 0;
  const read = (parsed: ReturnType<typeof objects.line>): void => {
    for (const each of parsed) {
      if ('left' in each) losses.take(each);
      else take(each.object, arrivals(offset));
    }
  };
  const lines = splitLines(
    { keepReturns: true, longest: LONGEST },
    (bytes, from, to) => {
      read(objects.line(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8')));
      offset += to - from + 1;
    },
    () => offset++,
  );
  for await (const piece of source) {
    lines.space(piece.length).set(piece);
    lines.scanned(piece.length);
  }
  lines.ended();
  read(objects.end());
  const { tables, warnings } = tablesOf(program, prints, text);
  return { tables, lost: losses.events, warnings: [...losses.warnings(), ...warnings] };
};
