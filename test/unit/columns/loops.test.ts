import { expect, test } from 'vitest';
import { doublingEdges, heatByDoubling, heatBySteps } from '../../../src/lib/columns/bin.ts';
import { valueAt, type NumberColumn, type TextColumn } from '../../../src/lib/columns/column.ts';
import { groupMembers, groupRows, groupSizes } from '../../../src/lib/columns/group.ts';
import { growNumbers, growTable, growText } from '../../../src/lib/columns/grow.ts';
import { quantileOf, quantileOfBuckets } from '../../../src/lib/columns/quantile.ts';
import { sortedRows } from '../../../src/lib/columns/sort.ts';
import { summarize } from '../../../src/lib/columns/summary.ts';
import { firstRows, takeColumn, takeRows } from '../../../src/lib/columns/take.ts';
import { histogram } from './histogram.ts';

const numbers = (...values: (number | undefined)[]): NumberColumn => {
  const grower = growNumbers();
  for (const value of values) grower.push(value);
  return grower.column();
};

const texts = (...values: (string | undefined)[]): TextColumn => {
  const grower = growText();
  for (const value of values) grower.push(value);
  return grower.column();
};

/** Pseudo-random numbers, the same in every run. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

test('take() returns rows in the requested order; -1 gives a row without values', () => {
  const column = takeColumn(numbers(10, undefined, 30), Int32Array.of(2, -1, 1, 0));
  expect([0, 1, 2, 3].map((i) => valueAt(column, i))).toEqual([30, undefined, undefined, 10]);
});

test('a group has the rows with equal values; absent values form their own group', () => {
  const grower = growTable({ who: { unit: '', doc: '' }, n: { unit: 'id', doc: '' } });
  for (const [who, n] of [
    ['a', 1],
    ['b', 1],
    ['a', undefined],
    ['a', 1],
    [undefined, 1],
    ['a', undefined],
  ] as const)
    grower.push({ who, n });
  const groups = groupRows(grower.table(), ['who', 'n']);
  expect([...groups.of]).toEqual([0, 1, 2, 0, 3, 2]);
  expect([...groups.first]).toEqual([0, 1, 2, 4]);
  expect([...groupSizes(groups)]).toEqual([2, 1, 2, 1]);
  const { start, rows } = groupMembers(groups);
  expect([...rows.subarray(start[2], start[3])]).toEqual([2, 5]);
});

test.for([
  ['small whole numbers', (r: number) => Math.floor(r * 50)],
  ['negative ones', (r: number) => Math.floor(r * 50) - 25],
  ['fractions', (r: number) => Math.floor(r * 50) / 7],
  ['numbers far apart', (r: number) => Math.floor(r * 50) * 1e12],
] as const)('grouping by %s agrees with a map', ([, make]) => {
  const next = random(7);
  const grower = growTable({ a: { unit: 'id', doc: '' }, b: { unit: 'id', doc: '' } });
  const keys: string[] = [];
  for (let i = 0; i < 5000; i++) {
    const row = { a: make(next()), b: make(next()) };
    grower.push(row);
    keys.push(`${row.a} ${row.b}`);
  }
  const names = [...new Set(keys)];
  const groups = groupRows(grower.table(), ['a', 'b']);
  expect(groups.count).toBe(names.length);
  expect([...groups.of]).toEqual(keys.map((key) => names.indexOf(key)));
});

test('sums skip absent values; the minimum of no values is NaN', () => {
  expect(summarize(numbers(1, undefined, 4), 3)).toEqual({ count: 2, sum: 5, min: 1, max: 4 });
  expect(summarize(numbers(undefined), 1)).toEqual({ count: 0, sum: 0, min: NaN, max: NaN });
});

test.for([
  ['latencies over five decades', 100_000, (r: () => number) => 10 ** (r() * 5 - 5)],
  ['numbers of both signs', 50_000, (r: () => number) => (r() - 0.5) * 10 ** (r() * 10)],
  ['few different values', 20_000, (r: () => number) => Math.floor(r() * 3)],
  ['a handful', 9, (r: () => number) => r()],
] as const)('the exact quantile of %s is that of a sort', ([, size, make]) => {
  const next = random(11);
  const values = Float64Array.from({ length: size }, () => make(next));
  const sorted = values.slice().sort();
  const column: NumberColumn = { kind: 'number', values };
  for (const p of [0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.9999, 1]) {
    const rank = p * (size - 1);
    const low = sorted[Math.floor(rank)]!;
    const high = sorted[Math.ceil(rank)]!;
    expect(quantileOf(column, size, p).value).toBe(rank % 1 === 0 ? low : low + (high - low) * (rank % 1));
  }
});

test('quantiles skip absent values and give the number of values', () => {
  expect(quantileOf(numbers(3, undefined, 1, undefined), 4, 0.5)).toEqual({ value: 2, n: 2 });
  expect(quantileOf(numbers(undefined), 1, 0.5)).toEqual({ value: NaN, n: 0 });
});

test('a quantile of a histogram gives the bounds of its bucket', () => {
  const [low, high, count] = [numbers(4, 1, 2, 8), numbers(8, 2, 4, 16), numbers(10, 50, 39, 1)];
  expect(quantileOfBuckets(low, high, count, 4, 0.5)).toEqual({ low: 1, high: 2, n: 100 });
  expect(quantileOfBuckets(low, high, count, 4, 0.51)).toEqual({ low: 2, high: 4, n: 100 });
  expect(quantileOfBuckets(low, high, count, 4, 1)).toEqual({ low: 8, high: 16, n: 100 });
});

test('sorting is stable, sorts numbers inside names by value, and puts absent values last in both directions', () => {
  const column = texts('cpu10', 'cpu2', undefined, 'cpu2');
  expect([...sortedRows(column, 4)]).toEqual([1, 3, 0, 2]);
  expect([...sortedRows(column, 4, { down: true })]).toEqual([0, 1, 3, 2]);
  expect([...sortedRows(numbers(2, undefined, 3), 3, { down: true })]).toEqual([2, 0, 1]);
});

test('the first rows share memory; asking for more rows than exist gives all', () => {
  const grower = growTable({ n: { unit: 'count', doc: '' } });
  for (let n = 0; n < 10; n++) grower.push({ n });
  const table = grower.table();
  const first = firstRows(table, 3);
  expect([first.size, (first.data['n'] as NumberColumn).values.length]).toEqual([3, 3]);
  expect(firstRows(table, 99)).toBe(table);
  expect(takeRows(table, Uint32Array.of()).size).toBe(0);
});

test('bins by doubling cover their range, and each value is in its bin', () => {
  const next = random(3);
  const values = Float64Array.from({ length: 20_000 }, () => 10 ** (next() * 9 - 9));
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const edges = doublingEdges(low, high);
  expect(edges[0]!).toBeLessThanOrEqual(low);
  expect(edges.at(-1)!).toBeGreaterThan(high);
  const x: NumberColumn = { kind: 'number', values: Float64Array.from(values, () => 0.5) };
  const heat = heatByDoubling(x, { kind: 'number', values }, values.length, {
    columns: 1,
    from: 0,
    to: 1,
    yRange: [low, high],
  });
  expect(heat.outside).toBe(0);
  expect([...heat.counts]).toEqual([...histogram({ kind: 'number', values }, values.length, edges).counts]);
});

test('a heat map counts every row exactly once: in a cell or as outside', () => {
  const x = numbers(0, 1, 2, 3, 4, undefined, 9, -1);
  const y = numbers(1, 1, 1, 64, 0, 1, 1, 1);
  const heat = heatByDoubling(x, y, 8, { columns: 2, from: 0, to: 4, yRange: [1, 64] });
  expect(heat.outside).toBe(4); // 0 on a logarithmic axis, no time, after the end, before the begin
  expect(heat.counts[0]).toBe(2);
  expect(heat.counts[1]).toBe(1);
  expect(heat.counts.reduce((a, b) => a + b)).toBe(4);
  const steps = heatBySteps(x, y, 8, { columns: 2, from: 0, to: 4, yRange: [0, 64], bins: 4 });
  expect([...steps.counts]).toEqual([2, 2, 0, 0, 0, 0, 0, 1]);
});
