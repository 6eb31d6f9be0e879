import type { Table } from './column.ts';
import { equalGroups } from './equal-groups.ts';
import { groupMembers, groupRows } from './group.ts';
import { countBelow, heldSpans, rowSpans, type Spans } from './spans.ts';

/** The other table's rows of one series in order of time, each with the latest end so far. */
interface Series extends Spans {
  readonly rows: Uint32Array;
  readonly latest: Float64Array;
}

const seriesOf = (spans: Spans, own: Uint32Array): Series => {
  const rows = own
    .filter((row) => !Number.isNaN(spans.from[row]))
    .sort((a, b) => (spans.from[a] as number) - (spans.from[b] as number));
  const to = Float64Array.from(rows, (row) => spans.to[row] as number);
  let end = -Infinity;
  return {
    rows,
    from: Float64Array.from(rows, (row) => spans.from[row] as number),
    to,
    latest: to.map((value) => (end = Math.max(end, value))),
  };
};

/** The row that overlaps [from, to] longest, the earlier of equals; -1 if none does. */
const mostOverlap = (series: Series, from: number, to: number): number => {
  let best = -1;
  let most = -1;
  const past = countBelow(series.from, to);
  const last = series.from[past] === from ? past : past - 1; // a moment that begins with us
  for (let i = last; i >= 0 && (series.latest[i] as number) >= from; i--) {
    const [begin, end] = [series.from[i] as number, series.to[i] as number];
    const meets = begin === from || (begin < to && end > from);
    const shared = Math.min(end, to) - Math.max(begin, from);
    if (meets && shared >= most) [best, most] = [i, shared];
  }
  return best;
};

/** The row nearest to [from, to], at most `within` seconds away; -1 if there is none. */
const nearest = (series: Series, from: number, to: number, within: number): number => {
  const after = countBelow(series.from, to);
  const ahead = after < series.from.length ? (series.from[after] as number) - to : Infinity;
  let best = ahead <= within ? after : -1;
  let gap = Math.min(ahead, within);
  for (let i = after - 1; i >= 0 && from - (series.latest[i] as number) <= gap; i--) {
    const behind = Math.max(0, from - (series.to[i] as number));
    if (behind <= gap) [best, gap] = [i, behind];
    if (behind === 0) break;
  }
  return best;
};

/**
 * For each row of `table` the matching row of `other`, -1 without a match: the row that overlaps it longest (a sample of
 * `other` is valid until the next one), else the nearest at most `within` seconds away. The columns `by` must be equal;
 * `shift` is added to the times of `other`. Undefined if one of the tables has no time.
 */
export const matchInTime = (
  table: Table,
  other: Table,
  { by, within = 0, shift = 0 }: { readonly by: readonly string[]; readonly within?: number; readonly shift?: number },
): Int32Array | undefined => {
  const own = rowSpans(table);
  const held = heldSpans(other);
  if (own === undefined || held === undefined) return undefined;
  const spans = shift === 0 ? held : { from: held.from.map((t) => t + shift), to: held.to.map((t) => t + shift) };
  const [mine, groups] = [groupRows(table, by), groupRows(other, by)];
  const partners = equalGroups([table, mine], [other, groups], { by, absent: 'never' });
  const { start, rows } = groupMembers(groups);
  const series = Array.from(groups.first, (_, g) => seriesOf(spans, rows.subarray(start[g], start[g + 1])));
  const matches = new Int32Array(table.size).fill(-1);
  for (let i = 0; i < table.size; i++) {
    const candidates = series[partners[mine.of[i] as number] as number];
    const [from, to] = [own.from[i] as number, own.to[i] as number];
    if (candidates === undefined || Number.isNaN(from)) continue;
    let found = mostOverlap(candidates, from, to);
    if (found < 0 && within > 0) found = nearest(candidates, from, to, within);
    if (found >= 0) matches[i] = candidates.rows[found] as number;
  }
  return matches;
};
