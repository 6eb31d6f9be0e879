import type { ColumnData, ColumnDoc, Table } from '../../columns/column.ts';
import { growText } from '../../columns/grow.ts';
import { printable } from '../../printable.ts';
import type { Cell } from '../formats/cells.ts';
import { shapeOf, type JsonShape } from './json-shape.ts';
import { fieldColumn, numbersByRow, type FieldColumn } from './printed-columns.ts';

/** Lines that a program printed, as they arrive in pieces. */
export interface PrintedText {
  /** A piece of text that arrived at `t`; a line may come in several pieces. */
  add(text: string, t: number | undefined): void;
  /**
   * The same for a line of bytes, an object of bpftrace that prints one: where it ends if it has the shape of one before, so that
   * it need not be parsed, otherwise -1.
   */
  shaped(bytes: Uint8Array, from: number, t: number | undefined): number;
  /** Learns the shape of a line. */
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

/** Most lines whose shape is looked for: a program has few formats. */
const MOST_SHAPES = 50;
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

/** Reads lines of a known shape into rows. */
const shapedLines = ({ times, fieldOf }: Rows) => {
  let shape: JsonShape | undefined;
  let columns: readonly FieldColumn[] = [];
  let tried = 0;
  let row = 0;
  let source = new Uint8Array();
  const values = {
    number: (field: number, value: number): void => columns[field]?.number(row, value),
    text: (field: number, from: number, to: number): void => columns[field]?.bytes(row, source, from, to),
  };
  const learn = (line: string): void => {
    if (tried >= MOST_SHAPES) return;
    if (!line.startsWith(PRINTF) || !line.endsWith('\\n"}')) return;
    tried++;
    const text = objectIn(line)?.['data'];
    const object = typeof text === 'string' ? objectIn(text.trim()) : undefined;
    const found = object && shapeOf(`${line}\n`, object);
    if (found === undefined) return;
    shape = found;
    columns = found.fields.map(fieldOf);
  };
  const read = (bytes: Uint8Array, from: number, t: number | undefined): number => {
    if (shape === undefined) return -1;
    row = times.size;
    source = bytes as Uint8Array<ArrayBuffer>;
    const end = shape.read(bytes, from, bytes.length, values);
    if (end >= 0) times.set(row, t ?? NaN);
    return end;
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
  const lines = shapedLines(rows);
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
    shaped: (bytes, from, t) => (open === '' ? lines.read(bytes, from, t) : -1),
    learn: lines.learn,
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
