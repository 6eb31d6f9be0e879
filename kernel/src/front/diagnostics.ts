import type { Cell, Diagnostic } from '../language/language.ts';
import type { Failure } from '../messages.ts';

const RED = '\u001b[31m';
const PLAIN = '\u001b[39m';

const where = (cell: Cell, { line, column }: Diagnostic): string => `${cell.name}:${line}:${column}`;

/** The line of the cell, with the faulty part underlined. */
const excerpt = (cell: Cell, { line, column, endLine, endColumn }: Diagnostic): string[] => {
  const source = cell.source.split('\n')[line - 1];
  if (source === undefined) return [];
  const gutter = `  ${line} | `;
  const end = endLine === line ? endColumn : source.length + 1;
  const under = source.slice(0, column - 1).replace(/\S/g, ' ');
  return [
    `${gutter}${source}`,
    `${' '.repeat(gutter.length)}${under}${RED}${'~'.repeat(Math.max(1, end - column))}${PLAIN}`,
  ];
};

const lines = (cell: Cell, diagnostic: Diagnostic): string[] => [
  `${RED}${where(cell, diagnostic)} - ${diagnostic.code}:${PLAIN} ${diagnostic.message}`,
  ...excerpt(cell, diagnostic),
];

/** The failure of a cell that does not compile or has type errors; such a cell does not run. */
export const diagnosticFailure = (cell: Cell, found: readonly Diagnostic[]): Failure => {
  const first = found[0];
  const ename = first?.code.startsWith('TS') ? 'TypeScriptError' : 'SyntaxError';
  const evalue = first ? `${where(cell, first)} - ${first.code}: ${first.message}` : 'the cell does not compile';
  return { ename, evalue, traceback: found.flatMap((diagnostic) => lines(cell, diagnostic)) };
};

/** The same as text, for a cell that ran before the checker was ready. */
export const diagnosticText = (cell: Cell, found: readonly Diagnostic[]): string =>
  `${found.flatMap((diagnostic) => lines(cell, diagnostic)).join('\n')}\n`;
