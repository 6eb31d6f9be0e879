import { shareOfInterval } from './values.ts';

/** A line of a pressure file, as a rate. */
interface Line {
  readonly t: number | undefined;
  readonly seconds: number | undefined;
  readonly kind: string | undefined;
  readonly total: number | undefined;
}

/** Groups rows by time and the values of `keys`; groups are in order of first appearance. */
export const byTime = <Each extends { readonly t: number | undefined }>(
  rows: Iterable<Each>,
  keys: readonly (keyof Each & string)[] = [],
): Iterable<readonly Each[]> =>
  Map.groupBy(rows, (row) => ['t' as const, ...keys].map((name) => String(row[name])).join('\n')).values();

/** The lines "some" and "full" of a pressure file at one time as one row. */
export const someAndFull = (rows: readonly Line[]) => {
  const of = (kind: string) => shareOfInterval(rows.find((row) => row.kind === kind)?.total);
  return { t: rows[0]?.t, seconds: rows[0]?.seconds, some: of('some'), full: of('full') };
};
