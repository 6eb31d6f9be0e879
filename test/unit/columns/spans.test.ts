import { expect, test } from 'vitest';
import type { ColumnDoc, Table } from '../../../src/lib/columns/column.ts';
import { growTable } from '../../../src/lib/columns/grow.ts';
import { matchInTime } from '../../../src/lib/columns/join.ts';
import { heldSpans, overlapping, rowSpans, unite } from '../../../src/lib/columns/spans.ts';

const DOCS: Readonly<Record<string, ColumnDoc>> = {
  t: { unit: 's', doc: '', clock: 'monotonic' },
  tid: { unit: 'id', doc: '' },
};
const LONG = { ...DOCS, length: { unit: 's', doc: '', span: true as const } };

const tableOf = (rows: readonly Readonly<Record<string, number | undefined>>[], docs = DOCS): Table => {
  const grower = growTable(docs);
  for (const row of rows) grower.push(row);
  return grower.table();
};

const moments = (...times: number[]) => tableOf(times.map((t) => ({ t, tid: 1 })));
const intervals = (...spans: (readonly [number, number])[]) =>
  tableOf(
    spans.map(([t, length]) => ({ t, length, tid: 1 })),
    LONG,
  );
const spansOf = (from: number[], to: number[]) => ({ from: Float64Array.from(from), to: Float64Array.from(to) });

test('rows are moments unless a column gives their length', () => {
  expect(rowSpans(moments(1, 2))).toEqual(spansOf([1, 2], [1, 2]));
  expect(rowSpans(intervals([1, 0.5]))).toEqual(spansOf([1], [1.5]));
  expect(rowSpans(tableOf([{ tid: 1 }], { tid: DOCS['tid']! }))).toBeUndefined();
});

test('a sample holds until the next one, the last for the usual interval, and none across a long gap', () => {
  expect(heldSpans(moments(0, 1, 2, 3, 4, 10))?.to).toEqual(Float64Array.of(1, 2, 3, 4, 6.5, 11));
});

test('events at irregular times hold for a moment only', () => {
  const times = [0, 0.1, 0.5, 3, 3.05, 9, 20];
  expect(heldSpans(moments(...times))).toEqual(spansOf(times, times));
});

test('spans that touch or are close are merged, short ones are dropped', () => {
  const spans = spansOf([5, 0, 1, 3], [6, 1, 2, 3.4]);
  expect(unite(spans)).toEqual(spansOf([0, 3, 5], [2, 3.4, 6]));
  expect(unite(spans, { merge: 1 })).toEqual(spansOf([0, 5], [3.4, 6]));
  expect(unite(spans, { min: 1 })).toEqual(spansOf([0, 5], [2, 6]));
  expect(unite(spansOf([0.1, 0.3], [0.1 + 0.2, 0.4]))).toEqual(spansOf([0.1], [0.4]));
});

test('a moment at a border belongs to the window that begins there; an interval to all that it overlaps', () => {
  const windows = spansOf([1, 2], [2, 3]);
  expect([...overlapping(spansOf([0, 1, 2, 3], [0, 1, 2, 3]), spansOf([1], [2]))]).toEqual([0, 1, 0, 0]);
  expect([...overlapping(spansOf([0, 0, 3, 2.9], [1, 1.1, 4, 4]), windows)]).toEqual([0, 1, 0, 1]);
  expect([...overlapping(spansOf([0], [9]), spansOf([4], [4]))]).toEqual([1]);
  expect([...overlapping(spansOf([1], [1]), spansOf([], []))]).toEqual([0]);
});

const match = (own: Table, other: Table, options: { by?: string[]; within?: number; shift?: number } = {}) => [
  ...(matchInTime(own, other, { by: [], ...options }) ?? []),
];

test('a row is joined with the row that overlaps it most', () => {
  expect(match(intervals([0, 10]), intervals([0, 1], [2, 5], [9, 5]))).toEqual([1]);
  expect(match(intervals([3, 1], [20, 1]), intervals([0, 100], [3.2, 0.1]))).toEqual([0, 0]);
});

test('a moment is joined with the interval around it and with the sample that holds then', () => {
  expect(match(moments(5, 0.5), intervals([4, 2]))).toEqual([0, -1]);
  expect(match(moments(2.5, 9), moments(0, 1, 2, 3))).toEqual([2, -1]);
});

test('without an overlap, the nearest row within the limit is used, before or after', () => {
  const events = moments(0, 0.07, 5, 5.02, 31);
  expect(match(moments(5.03, 4.99, 20), events, { within: 0.02 })).toEqual([3, 2, -1]);
  expect(match(moments(5.03), events)).toEqual([-1]);
});

test('rows match only with equal keys; a row without a key matches none', () => {
  const own = tableOf([
    { t: 5, tid: 1 },
    { t: 5, tid: 2 },
    { t: 5, tid: undefined },
  ]);
  const other = tableOf(
    [
      { t: 4, length: 2, tid: 2 },
      { t: 4, length: 2, tid: undefined },
    ],
    LONG,
  );
  expect(match(own, other, { by: ['tid'] })).toEqual([-1, 0, -1]);
});

test("the other table's times are first converted to this table's clock", () => {
  expect(match(moments(105), intervals([4, 2]), { shift: 100 })).toEqual([0]);
});

test('the join agrees with a comparison of all pairs', () => {
  let seed = 5;
  const next = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  const make = (n: number) => intervals(...Array.from({ length: n }, () => [next() * 100, next() ** 4 * 20] as const));
  const [own, other] = [make(300), make(500)];
  const [a, b] = [rowSpans(own)!, rowSpans(other)!];
  const shared = (i: number, j: number) => Math.min(a.to[i]!, b.to[j]!) - Math.max(a.from[i]!, b.from[j]!);
  match(own, other).forEach((found, i) => {
    const best = Math.max(...b.from.keys().map((j) => shared(i, j)));
    if (best > 0) expect(shared(i, found)).toBe(best);
    else expect(found).toBe(-1);
  });
});
