import { printable } from '../printable.ts';

/**
 * Markdown syntax that must be escaped: emphasis, code, links, table cells, strike-through, math, and text that becomes a
 * link by itself.
 */
const SPECIAL = /[\\`*_[\]|~$@]|:(?=\/\/)|(?<=www)\./gi;
/** Characters that make the beginning of a line a heading, a list or a rule. */
const LEADING = /^([#+=-]|\d+[.)](?=\s))/;

/**
 * Text from a host as Markdown that shows it literally: control and bidirectional characters are removed, and
 * everything that could become markup, a link or HTML is escaped.
 */
export const escapeMarkdown = (text: string, limit = 200): string =>
  printable(text, limit)
    .replace(SPECIAL, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(LEADING, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`);

/** A table in GitHub's Markdown; numbers are aligned right. Cells are plain text and are escaped here. */
export const markdownTable = (
  heads: readonly { readonly text: string; readonly right: boolean }[],
  rows: readonly (readonly string[])[],
): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (text: string): string => escapeMarkdown(text);
  return [
    line(heads.map(({ text }) => cell(text))),
    line(heads.map(({ right }) => (right ? '---:' : ':---'))),
    ...rows.map((row) => line(row.map(cell))),
  ].join('\n');
};
