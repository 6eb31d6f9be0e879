import type { Table } from '../../columns/column.ts';
import { growText } from '../../columns/grow.ts';
import { FridayError } from '../../errors.ts';
import { readAligned } from './aligned.ts';
import { tableOfCells, tableOfRows } from '../formats/cells.ts';
import { readCsv } from './csv.ts';
import { readJson } from './json.ts';

/** How the output of a program is read. */
export const FORMATS = ['text', 'json', 'csv', 'columns'] as const;
export type Format = (typeof FORMATS)[number];

/** A program's output as a table, and what of it is not in the table, a sentence each. */
export interface Printed {
  readonly table: Table;
  readonly warnings: readonly string[];
}

/** A row for each line. */
export const tableOfLines = (lines: Iterable<string>): Table => {
  const line = growText();
  for (const each of lines) line.push(each);
  return {
    size: line.size,
    docs: { line: { unit: '', doc: 'The line, as the program printed it.' } },
    data: { line: line.column() },
  };
};

/** The lines of a text; the end of the last one is not another line. */
export const linesIn = (text: string): readonly string[] => {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').map((line) => line.replace(/\r$/, ''));
};

const notJson = (text: string): FridayError =>
  new FridayError('input', `run as 'json': expected JSON, got ${JSON.stringify(text.trim().slice(0, 80))}`, {
    next: "Give the program its option for JSON (-j, -J, --json, -o json), or read it as 'text' or 'columns'.",
    seen: text.slice(0, 1000),
  });

/** Reads a program's output; throws 'input' if it is not in the format. No output is a table without rows. */
export const readPrinted = (text: string, format: Format): Printed => {
  if (format === 'text') return { table: tableOfLines(linesIn(text)), warnings: [] };
  if (format === 'json') {
    if (text.trim() === '') return tableOfCells([], 0);
    const found = readJson(text);
    if (found === undefined) throw notJson(text);
    const { table, warnings } = tableOfCells(found.columns, found.size);
    return { table, warnings: [...found.warnings, ...warnings] };
  }
  const { names, rows, warnings } = format === 'csv' ? readCsv(text) : readAligned(text);
  const { table, warnings: more } = tableOfRows(names, rows);
  return { table, warnings: [...warnings, ...more] };
};
