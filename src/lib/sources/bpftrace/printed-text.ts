import type { ColumnData, ColumnDoc, Table } from '../../columns/column.ts';
import { growText } from '../../columns/grow.ts';
import { printable } from '../../printable.ts';
import type { Cell } from '../formats/cells.ts';
import type { Arrivals } from './arrivals.ts';
import { shapeOf } from './json-shape.ts';
import { fieldColumn, numbersByRow, type FieldColumn } from '../formats/printed-columns.ts';
import { shapedLines, type Piece, type ShapedLines } from './shaped-lines.ts';

/** Lines that a program printed, as they arrive in pieces. */
export interface PrintedText {
  /** A piece of text that arrived at `t`; a line may come in several pieces. */
  add(text: string, t: number | undefined): void;
  /**
   * The same for lines of bytes from a place on, objects of bpftrace that print one each, which have the shape of one before
   * and need not be parsed: where the first other line begins.
   */
  shaped(piece: Piece, from: number, arrivals: Arrivals): number;
  /** Learns the shape of a line that is added next. */
  learn(line: string): void;
  /** The lines so far: a row each, with a column for each field of those that are JSON objects. */
  table(): Table;
  readonly size: number;
}

const ARRIVED = "When the line arrived, in seconds since the recording's start.";

const objectIn = (line: string): Readonly<Record<string, unknown>> | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
};

const cellOf = (value: unknown): Cell => {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
};

/** Most lines whose shape is looked for, and most shapes: a program has few formats. */
const [MOST_TRIES, MOST_SHAPES] = [50, 8];
/** How the object of a printed text begins. */
const PRINTF = '{"type": "printf", "data": "';
/** Most fields that become columns: names may come from the host. */
const MOST_FIELDS = 1000;

/** Lines with their times, and the fields of those that are objects, by row. */
const lineRows = () => {
  const times = numbersByRow();
  const lines = growText();
  const fields = new Map<string, FieldColumn>();
  const fieldOf = (name: string): FieldColumn => {
    let field = fields.get(name);
    if (field !== undefined) return field;
    field = fieldColumn();
    if (fields.size < MOST_FIELDS) fields.set(name, field);
    return field;
  };
  return {
    times,
    fields,
    fieldOf,
    /** The lines that are no objects; undefined if all are. */
    lines: () => {
      if (times.size > 0 && lines.size === 0) return undefined;
      while (lines.size < times.size) lines.push(undefined);
      return lines.column();
    },
    put(line: string, t: number | undefined): void {
      const row = times.size;
      times.set(row, t ?? NaN);
      const object = objectIn(line.trim());
      if (object === undefined) {
        while (lines.size < row) lines.push(undefined);
        lines.push(line);
      }
      for (const [name, value] of Object.entries(object ?? {})) fieldOf(name).cell(row, cellOf(value));
    },
  };
};

type Rows = ReturnType<typeof lineRows>;

/** Reads lines of known shapes into rows. */
const knownLines = ({ times, fieldOf }: Rows) => {
  const known: ShapedLines[] = [];
  let tried = 0;
  const learn = (line: string): void => {
    if (tried >= MOST_TRIES || known.length >= MOST_SHAPES) return;
    if (!line.startsWith(PRINTF) || !line.endsWith('\\n"}')) return;
    tried++;
    const { type, data: text } = objectIn(line) ?? {};
    if (type !== 'printf' || typeof text !== 'string' || text.indexOf('\n') < text.length - 1) return;
    const object = objectIn(text.trim());
    const shape = object && shapeOf(`${line}\n`, object);
    if (shape !== undefined) known.push(shapedLines(shape, shape.fields.map(fieldOf), times));
  };
  const read = (piece: Piece, from: number, arrivals: Arrivals): number => {
    let at = from;
    for (let began = -1; began < at;) {
      began = at;
      for (const lines of known) at = lines.read(piece, at, arrivals);
    }
    return at;
  };
  return { learn, read };
};

/** The columns: when each line arrived, the line if some are no objects, and the fields. */
const columnsOf = (rows: Rows): readonly (readonly [string, ColumnDoc, ColumnData])[] => {
  const { times, fields } = rows;
  const found = Array.from(fields, ([name, field]) => {
    const doc = `The field ${printable(name, 100)} of the printed object.`;
    return [printable(name, 200), { unit: field.ofNumbers ? 'count' : '', doc }, field.column(times.size)] as const;
  });
  const lines = rows.lines();
  const name = fields.has('line') ? 'text' : 'line';
  const line = lines && ([name, { unit: '', doc: 'The printed line.' }, lines] as const);
  const time: ColumnDoc = { unit: 's', clock: 'monotonic', doc: ARRIVED };
  return [[fields.has('t') ? 'arrived' : 't', time, times.column(times.size)], ...(line ? [line] : []), ...found];
};

export const printedText = (): PrintedText => {
  const rows = lineRows();
  const lines = knownLines(rows);
  let open = '';
  let opened: number | undefined;
  return {
    get size() {
      return rows.times.size + (open === '' ? 0 : 1);
    },
    add(text, t) {
      const [first = '', ...others] = text.split('\n');
      if (open === '') opened = t;
      open += first;
      for (const part of others) {
        rows.put(open, opened);
        [open, opened] = [part, t];
      }
    },
    shaped: (piece, from, arrivals) => (open === '' ? lines.read(piece, from, arrivals) : from),
    learn(line) {
      if (open === '') lines.learn(line);
    },
    table() {
      if (open !== '') rows.put(open, opened);
      open = '';
      const columns = columnsOf(rows);
      return {
        size: rows.times.size,
        docs: Object.fromEntries(columns.map(([name, doc]) => [name, doc])),
        data: Object.fromEntries(columns.map(([name, , data]) => [name, data])),
      };
    },
  };
};
