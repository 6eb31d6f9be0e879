import type { Table } from '../../columns/column.ts';
import { printable } from '../../printable.ts';
import { tableOfCells, type Cell, type PrintedColumn } from '../formats/cells.ts';

/** Lines that a program printed, as they arrive in pieces. */
export interface PrintedText {
  /** A piece of text that arrived at `t`; a line may come in several pieces. */
  add(text: string, t: number | undefined): void;
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

/** Lines with their times, and the fields of those that are objects, by row. */
const lineRows = () => {
  const times: (number | undefined)[] = [];
  const lines: (string | undefined)[] = [];
  const fields = new Map<string, Cell[]>();
  return {
    times,
    lines,
    fields,
    put(line: string, t: number | undefined): void {
      const row = times.push(t) - 1;
      const object = objectIn(line.trim());
      lines.push(object === undefined ? line : undefined);
      for (const [name, value] of Object.entries(object ?? {})) {
        let cells = fields.get(name);
        if (cells === undefined) fields.set(name, (cells = []));
        cells[row] = cellOf(value);
      }
    },
  };
};

/** The columns: when each line arrived, the line if some are no objects, and the fields. */
const columnsOf = ({ times, lines, fields }: ReturnType<typeof lineRows>): readonly PrintedColumn[] => {
  const time = { unit: 's', clock: 'monotonic', doc: ARRIVED } as const;
  const isPlain = times.length === 0 || lines.some((line) => line !== undefined);
  const line = { name: fields.has('line') ? 'text' : 'line', cells: lines, doc: { doc: 'The printed line.' } };
  const found = Array.from(fields, ([name, cells]) => ({
    name,
    cells: Array.from(times, (_, i) => cells[i]),
    doc: { doc: `The field ${printable(name, 100)} of the printed object.` },
  }));
  return [{ name: fields.has('t') ? 'arrived' : 't', cells: times, doc: time }, ...(isPlain ? [line] : []), ...found];
};

export const printedText = (): PrintedText => {
  const rows = lineRows();
  let open = '';
  let opened: number | undefined;
  return {
    get size() {
      return rows.times.length + (open === '' ? 0 : 1);
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
    table() {
      if (open !== '') rows.put(open, opened);
      open = '';
      return tableOfCells(columnsOf(rows), rows.times.length).table;
    },
  };
};
