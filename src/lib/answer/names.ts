import type { ColumnData, NumberColumn, Table } from '../columns/column.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';

/** Edits that turn one word into the other: a letter inserted, deleted or changed, or two neighbours swapped. */
const distance = (a: string, b: string): number => {
  let two: number[] = [];
  let one = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const now = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((one[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1, (one[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (two[j - 2] ?? 0) + 1);
      now[j] = least;
    }
    two = one;
    one = now;
  }
  return one[b.length] ?? 0;
};

/** The known names, the most similar first, each with its number of edits from the typed one. */
const bySimilarity = (typed: string, known: readonly string[]) =>
  known
    .map((name) => ({ name, edits: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);

/** The known name that was most likely meant; undefined if none is similar enough. */
export const meant = (typed: string, known: readonly string[]): string | undefined => {
  const [nearest] = bySimilarity(typed, known);
  return nearest !== undefined && nearest.edits <= Math.max(2, typed.length / 3) ? nearest.name : undefined;
};

/** A message lists at most this many names: the most similar ones. */
const MOST_LISTED = 24;
const MOST_SIMILAR = 8;

const listed = (typed: string, known: readonly string[]): string => {
  if (known.length === 0) return 'nothing, there are no columns';
  const all = known.length <= MOST_LISTED;
  const names = all
    ? known
    : bySimilarity(typed, known)
        .slice(0, MOST_SIMILAR)
        .map(({ name }) => name);
  const text = names.map((name) => printable(name)).join(', ');
  return all ? text : `${text} (and ${String(known.length - names.length)} more names)`;
};

/** A column's name as code to copy: in quotes, without control characters. */
export const quoted = (name: string): string => (/^[\w.]+$/.test(name) ? `'${name}'` : JSON.stringify(printable(name)));

/** Several names as the arguments of a verb. */
export const quotedAll = (names: readonly string[]): string => names.map(quoted).join(', ');

/** Throws 'usage' with the names that exist and the one that was likely meant; `otherwise` says what to do if none is similar. */
export const unknownName = (
  where: string,
  typed: unknown,
  known: readonly string[],
  otherwise = 'Use one of these names.',
): never => {
  // A cell that does not compile may pass anything: a list, undefined.
  const suggestion = typeof typed === 'string' ? meant(typed, known) : undefined;
  throw new FridayError(
    'usage',
    `${where}: expected one of ${listed(String(typed), known)}, got ${JSON.stringify(typed)}`,
    { next: suggestion === undefined ? otherwise : `Did you mean ${printable(suggestion)}?` },
  );
};

/** The column of that name; throws 'usage' with suggestions. */
export const columnFor = (table: Table, name: string, where: string): ColumnData =>
  (Object.hasOwn(table.data, name) ? table.data[name] : undefined) ?? unknownName(where, name, Object.keys(table.data));

/** The column of that name if it holds numbers; throws 'usage' where it is unknown or holds text. */
export const numbersFor = (table: Table, name: string, where: string): NumberColumn => {
  const column = columnFor(table, name, where);
  if (column.kind === 'number') return column;
  const numbers = Object.keys(table.data).filter((other) => table.data[other]?.kind === 'number');
  throw new FridayError(
    'usage',
    `${where}: expected a column of numbers (${numbers.map((other) => printable(other)).join(', ')}), got the text column ${printable(name)}`,
    {
      next: `Count its values: groupby(${quoted(name)}).count().`,
    },
  );
};
