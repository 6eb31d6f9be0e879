import type { Separated } from './csv.ts';

/** A range of characters of each line. */
interface Slice {
  readonly from: number;
  readonly to: number;
}

const words = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');

/** The ranges between characters that are blank in every line. */
const slicesOf = (lines: readonly string[]): readonly Slice[] => {
  const width = lines.reduce((most, { length }) => Math.max(most, length), 0);
  const filled = new Uint8Array(width);
  for (const line of lines) for (let i = 0; i < line.length; i++) if (line[i] !== ' ') filled[i] = 1;
  const slices: Slice[] = [];
  for (let from = filled.indexOf(1); from >= 0;) {
    const end = filled.indexOf(0, from);
    slices.push({ from, to: end < 0 ? width : end });
    from = end < 0 ? -1 : filled.indexOf(1, end);
  }
  return slices;
};

const cut = (line: string, { from, to }: Slice): string => line.slice(from, to).trim();

/**
 * Joins ranges that are one column: a blank in a title ("Mounted on", without cells below the second word), or blanks that
 * happen to stand below each other in texts without a title.
 */
const joined = (slices: readonly Slice[], header: string, rows: readonly string[]): readonly Slice[] => {
  const columns: Slice[] = [];
  for (const slice of slices) {
    const before = columns.at(-1);
    const isEmpty = rows.every((row) => cut(row, slice) === '');
    const isTitle = isEmpty && before !== undefined && slice.from === before.to + 1 && header[before.to - 1] !== ' ';
    if (before !== undefined && (cut(header, slice) === '' || isTitle))
      columns[columns.length - 1] = { ...before, to: slice.to };
    else columns.push(slice);
  }
  return columns;
};

/** The cells of one column: several if wide cells have pushed columns into each other, which words then tell apart. */
const cellsOf = (slice: Slice, header: string, rows: readonly string[], isLast: boolean) => {
  const titles = words(cut(header, slice));
  const cells = rows.map((row) => cut(row, slice));
  const n = titles.length;
  const fits = (cell: string): boolean => {
    const { length } = words(cell);
    return length === n || (isLast && length > n);
  };
  if (n < 2 || !cells.every(fits)) return { titles: [cut(header, slice)], cells: cells.map((cell) => [cell]) };
  return { titles, cells: cells.map((cell) => byWords(cell, n)) };
};

/** The first words of a line, one for each title; the last title takes the rest. */
const byWords = (line: string, titles: number): readonly string[] => {
  const rest = line.trim().replace(new RegExp(`^(?:\\S+\\s+){${String(titles - 1)}}`), '');
  const found = words(line);
  return found.length <= titles ? found : [...found.slice(0, titles - 1), rest];
};

/** The titles of groups of columns, as vmstat prints them above its header. */
const GROUPS = /-{3,}.*-{3,}/;
/** ss has two titles with a blank, and leaves none before its last one, which may have no cells. */
const SOCKETS = /^(.*)Local Address:Port +Peer Address:Port *Process *$/;

/** The titles if words alone tell the columns: every row has one for each title, or all but the last of ss. */
const titlesOfWords = (header: string, rows: readonly string[]): readonly string[] | undefined => {
  const titles = words(header);
  if (rows.every((row) => words(row).length === titles.length)) return titles;
  const [, before] = SOCKETS.exec(header) ?? [];
  if (before === undefined) return undefined;
  const sockets = [...words(before), 'Local Address:Port', 'Peer Address:Port', 'Process'];
  const isWhole = (row: string): boolean => !row.startsWith(' ') && words(row).length >= sockets.length - 1;
  return rows.every(isWhole) ? sockets : undefined;
};

/**
 * Reads a table that is aligned with blanks below a header line: ps, ss, df, free, vmstat, lsblk. It ends at the first empty
 * line.
 */
export const readAligned = (text: string): Separated => {
  const all = text.replaceAll('\r', '').replaceAll('\t', '        ').split('\n');
  const begin = all.findIndex((line) => line.trim() !== '' && !GROUPS.test(line));
  if (begin < 0) return { names: [], rows: [], warnings: [] };
  const end = all.findIndex((line, i) => i > begin && line.trim() === '');
  const lines = all.slice(begin, end < 0 ? all.length : end);
  const left = all.slice(begin + lines.length).filter((line) => line.trim() !== '').length;
  const [header = '', ...below] = lines;
  const rows = below.filter((line) => line !== header && !GROUPS.test(line));
  const warnings = left > 0 ? [`${String(left)} lines after the first empty line: the table ends there`] : [];
  const names = titlesOfWords(header, rows);
  if (names !== undefined) return { names, rows: rows.map((row) => byWords(row, names.length)), warnings };
  const slices = joined(slicesOf([header, ...rows]), header, rows);
  const columns = slices.map((slice, i) => cellsOf(slice, header, rows, i === slices.length - 1));
  const { length } = words(header);
  // Wide cells have moved the others: of ps, each row still has a word for each title.
  if (
    columns.some(({ titles }) => titles.some((title) => title.includes('  '))) &&
    rows.every((row) => words(row).length >= length)
  )
    return { names: words(header), rows: rows.map((row) => byWords(row, length)), warnings };
  return {
    names: columns.flatMap(({ titles }) => titles),
    rows: rows.map((_, i) => columns.flatMap(({ cells }) => cells[i] ?? [])),
    warnings,
  };
};
