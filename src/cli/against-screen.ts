import type { Answer } from '../lib/answer/answer.ts';
import type { Change, Compared } from '../lib/methods/against/against.ts';
import { signed, whatChanged } from '../lib/methods/against/compare.ts';
import { printable } from '../lib/printable.ts';
import { formatValue } from '../lib/views/units.ts';

const ROWS = 20;
const NAMED = 8;

/** One of the two captures: the URL as given, and its answers. */
export interface Side {
  readonly url: string;
  readonly minute: Readonly<Record<string, Answer>>;
}

const head = (letter: string, { url, minute }: Side): string => {
  const how = Object.values(minute)[0]?.how;
  if (how === undefined) return `${letter}: ${printable(url)}`;
  const seconds = (how.to.getTime() - how.from.getTime()) / 1000;
  const from = how.from.toISOString().slice(0, 19);
  const cut = how.cut === undefined ? '' : `  ${printable(how.cut)}`;
  return `${letter}: ${printable(url)}  ${printable(how.host)}  Linux ${printable(how.kernel)}  ${from}Z  ${seconds.toFixed(0)} s${cut}`;
};

const cells = (changed: Change): readonly string[] => {
  const { unit, before, after, change, high } = changed;
  return [
    whatChanged(changed),
    formatValue(after ?? 0, unit),
    formatValue(before ?? 0, unit),
    signed(change, unit),
    `± ${formatValue(high - change, unit)}`,
  ];
};

const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const width = (i: number): number => Math.max(...rows.map((row) => (row[i] ?? '').length));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i) + 2))).join(''),
  );
};

const only = (letter: string, names: readonly string[]): readonly string[] => {
  if (names.length === 0) return [];
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
  return [
    `Only ${letter} has: ${names
      .slice(0, NAMED)
      .map((name) => printable(name, 60))
      .join(', ')}${more}.`,
  ];
};

/** What differs between two captures, as text for one screen, the largest changes first. */
export const againstScreen = (a: Side, b: Side, compared: Compared): string => {
  const { differ, same, onlyBefore, onlyAfter, tooShort } = compared;
  const table = aligned([['mean over the window', 'A', 'B', 'A - B', 'noise'], ...differ.slice(0, ROWS).map(cells)]);
  const rest = differ.length > ROWS ? [`${differ.length - ROWS} smaller differences are not listed.`] : [];
  const columns = differ.length + same;
  return [
    head('A', a),
    head('B', b),
    '',
    ...(differ.length === 0 ? ['Nothing differs by more than the noise.'] : table),
    ...rest,
    '',
    `${differ.length} of ${columns} columns differ; ${same} are the same within the noise.`,
    ...only('A', onlyAfter),
    ...only('B', onlyBefore),
    ...(tooShort === 0 ? [] : [`${tooShort} columns have too few intervals to compare: capture for 10 s or longer.`]),
  ].join('\n');
};
