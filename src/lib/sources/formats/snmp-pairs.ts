import type { ColumnDoc } from '../../columns/column.ts';
import type { FileText } from '../define.ts';
import type { RowValue, RowValues } from '../grow-rows.ts';
import { count, divided, lines, netnsOf, words } from '../text.ts';

/** Values in milliseconds; they are converted to seconds. */
const MILLISECONDS = /^TcpRto(Min|Max)$|Chrono$/;
/** Values that are gauges or constants rather than counters. */
const GAUGE = /^Ip(Forwarding|DefaultTTL)$|^Tcp(RtoAlgorithm|RtoMin|RtoMax|MaxConn)$|CurrEstab$/;

/** Every value is a number. */
type PairDoc = ColumnDoc & { readonly unit: 's' | 'B' | 'count' };

/** The column of a value, named as in nstat: the line's word and the value's name together ('TcpRetransSegs'). */
const columnDoc = (name: string, doc: string): PairDoc => {
  const unit = MILLISECONDS.test(name) ? 's' : name.endsWith('Octets') ? 'B' : 'count';
  return GAUGE.test(name) ? { unit, doc } : { unit, counter: true, doc };
};

const netns = {
  unit: '',
  key: true,
  ref: 'netns',
  doc: 'The network namespace, by inode; absent if unknown.',
} as const satisfies ColumnDoc;

/** Docs by name, each name with `prefix` before it. */
export const prefixed = <const Prefix extends string, Names extends string>(
  prefix: Prefix,
  docs: Readonly<Record<Names, string>>,
) =>
  Object.fromEntries(Object.entries<string>(docs).map(([name, doc]) => [`${prefix}${name}`, doc])) as {
    readonly [Name in Names as `${Prefix}${Name}`]: string;
  };

/** Columns from a list of docs by nstat's names. */
export const pairColumns = <Names extends string>(docs: Readonly<Record<Names, string>>) => ({
  netns,
  ...(Object.fromEntries(Object.entries<string>(docs).map(([name, doc]) => [name, columnDoc(name, doc)])) as Readonly<
    Record<Names, PairDoc>
  >),
});

/** Describes a name of the file `from` that is not declared. */
export const unknownPair =
  (from: string) =>
  (name: string): ColumnDoc =>
    columnDoc(name, `${name} of ${from}, as the kernel counts it.`);

const cellOf = (name: string, word: string | undefined): RowValue =>
  MILLISECONDS.test(name) ? divided(word, 1000) : count(word);

/**
 * The one row of a file of line pairs: names in the first line, values in the second; both begin with the same word.
 */
export function* parsePairs({ path, text, unexpected }: FileText): Generator<RowValues> {
  const row: Record<string, RowValue> = { netns: netnsOf(path) };
  const all = lines(text).map(words);
  for (let i = 0; i < all.length; i += 2) {
    const [head = '', ...names] = all[i] ?? [];
    const [same, ...values] = all[i + 1] ?? [];
    if (head !== same || !/^\w+:$/.test(head)) {
      unexpected('a line of names and a line of values', `${head} / ${same ?? 'the end'}`);
      // One line may be missing: the following pairs are still valid.
      i--;
      continue;
    }
    if (names.length !== values.length) unexpected(`${names.length} values after ${head}`, `${values.length} values`);
    for (const [j, name] of names.entries()) {
      const column = head.slice(0, -1) + name;
      const cell = cellOf(column, values[j]);
      if (cell !== undefined) row[column] = cell;
      else if (j < values.length) unexpected(`a number for ${column}`, values[j] ?? '');
    }
  }
  if (Object.keys(row).length > 1) yield row;
}
