import { printable } from '../printable.ts';

/** What starts emphasis, code, links, cells, strike-through and mathematics; what starts an address of its own accord. */
const SPECIAL = /[\\`*_[\]|~$@]|:(?=\/\/)|(?<=www)\./gi;
/** What makes the beginning of a line a heading, a list or a rule. */
const LEADING = /^([#+=-]|\d+[.)](?=\s))/;

/**
 * Text from a host as Markdown that shows it as it is: control and reordering characters are taken out, and whatever could
 * become markup, a link, an address or HTML is escaped.
 */
export const escapeMarkdown = (text: string, limit = 200): string =>
  printable(text, limit)
    .replace(SPECIAL, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(LEADING, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`);

/** A table in GitHub's Markdown; numbers stand right. Cells are text and are escaped here. */
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
