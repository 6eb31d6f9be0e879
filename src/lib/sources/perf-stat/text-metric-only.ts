import { decimalNumber, metricName } from './numbers.ts';
import type { StatRow } from './row.ts';

/** A heading of --metric-only and the column where it ends: values are aligned below it. */
interface Heading {
  readonly name: string;
  readonly end: number;
}

const PLACES = /^#?\s*(?:time\b)?\s*(?:core|cpus|cpu|CPU|die|cluster|cache|socket|node|comm-pid)?\s*(?:cpus\b)?/;

/** A name is right-aligned in this many columns and followed by one blank. */
const WIDTH = 20;

/** Splits a line of names into its columns; a name that is too long shifts the following ones. */
const headingsIn = (line: string): Heading[] => {
  const from = PLACES.exec(line)?.[0].length ?? 0;
  const first = /\S(?:\S| (?=\S))*/.exec(line.slice(from));
  if (first === null) return [];
  const end = from + first.index + first[0].length;
  const headings: Heading[] = [];
  for (let at = first[0].length <= WIDTH ? end - WIDTH : 1; at < line.trimEnd().length;) {
    const cell = line.slice(Math.max(at, from), at + WIDTH);
    // If a full column is directly followed by a word, both are parts of a longer name.
    const isFull = !cell.startsWith(' ') && (line[at + WIDTH + 1] ?? ' ') !== ' ';
    const fits = (line[at + WIDTH] ?? ' ') === ' ' && !isFull;
    const name = fits ? cell.trim() : (/^(?:\S| (?=\S))+/.exec(line.slice(at).trimStart())?.[0] ?? cell);
    const stop = fits ? at + WIDTH : line.indexOf(name, at) + name.length;
    if (name !== '') headings.push({ name, end: stop });
    at = stop + 1;
  }
  return headings;
};

/** Reads the table that --metric-only prints as text: a line of names, then a line of values per interval and place. */
export const metricOnlyText = (placeIn: (line: string) => { readonly place: StatRow; readonly rest: string }) => {
  let headings: readonly Heading[] = [];
  let afterTitle = false;
  return {
    /** Finds the names: after `# time`, or on the first line below the title. */
    header(line: string, isTitle: boolean): void {
      if (/^#\s+time\s/.test(line)) headings = /\bcounts\s+unit events/.test(line) ? [] : headingsIn(line);
      else if (isTitle) [afterTitle, headings] = [true, []];
      else if (afterTitle && line.trim() !== '') {
        if (/^ \s*[A-Za-z%]/.test(line) && !/\d\s|#|seconds/.test(line)) headings = headingsIn(line);
        afterTitle = false;
      }
    },
    rows(line: string): readonly StatRow[] | undefined {
      if (headings.length === 0) return undefined;
      if (headings.some(({ end, name }) => line.slice(end - name.length, end) === name)) return [];
      const { place, rest } = placeIn(line);
      const values = Array.from(rest.matchAll(/\S+/g));
      const shift = line.trimEnd().length - rest.trimEnd().length;
      if (
        values.some(
          ([value]) => decimalNumber(value.replace(/%$/, '')) === undefined && !/^-?(?:nan|inf)%?$/.test(value),
        )
      )
        return undefined;
      return values.flatMap(({ 0: value, index }, i) => {
        const end = shift + index + value.length;
        const heading = values.length === headings.length ? headings[i] : nearest(headings, end);
        if (heading === undefined) return [];
        return [{ ...place, metric: decimalNumber(value.replace(/%$/, '')), metricUnit: metricName(heading.name) }];
      });
    },
  };
};

const nearest = (headings: readonly Heading[], end: number): Heading | undefined =>
  headings.reduce<Heading | undefined>(
    (best, each) => (best === undefined || Math.abs(each.end - end) < Math.abs(best.end - end) ? each : best),
    undefined,
  );
