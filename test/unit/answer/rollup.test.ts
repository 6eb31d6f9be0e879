import { describe, expect, test } from 'vitest';
import { answerFrom, type Answer } from '../../../src/lib/answer/answer.ts';
import type { NumberColumn, Table } from '../../../src/lib/columns/column.ts';
import { groupMaker } from '../../../src/lib/columns/group-tables.ts';
import { groupRows } from '../../../src/lib/columns/group.ts';
import { growTable } from '../../../src/lib/columns/grow.ts';
import { given, HOW, requests, type Docs } from './given.ts';

interface Sample {
  comm: string | undefined;
  pid: number | undefined;
  at: number | undefined;
  latency: number | undefined;
  bytes: number;
}

const DOCS: Docs = {
  comm: { unit: '', doc: 'A text.' },
  pid: { unit: 'id', doc: 'A small integer.' },
  at: { unit: 's', doc: 'A key with fractions, far apart.' },
  latency: { unit: 's', doc: 'Sometimes absent.' },
  bytes: { unit: 'B', doc: 'Always there.' },
};

/** Pseudo-random numbers, the same in every run. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

/** Samples of which about the given share of each cell but `bytes` is absent. */
const samples = (seed: number, size: number, absent: number): Sample[] => {
  const next = random(seed);
  const maybe = <T>(value: T): T | undefined => (next() < absent ? undefined : value);
  return Array.from({ length: size }, () => ({
    comm: maybe(`program-${Math.floor(next() * 7)}`),
    pid: maybe(1000 + Math.floor(next() * 30)),
    at: maybe((Math.floor(next() * 9) - 4) * 1e12 + 0.25),
    latency: maybe((next() - 0.3) * 10 ** (next() * 12 - 6)),
    bytes: Math.floor(next() * 1e6),
  }));
};

/** The figures of some values added one by one; mean and extremes of no value are absent. */
const figures = (values: readonly (number | undefined)[]) => {
  const present = values.filter((value) => value !== undefined);
  const sum = present.reduce((total, value) => total + value, 0);
  if (present.length === 0) return { sum };
  const sorted = present.toSorted((a, b) => a - b);
  return { sum, mean: sum / present.length, min: sorted[0], max: sorted.at(-1) };
};

/** The same rollup computed group by group from plain rows. */
const plain = (rows: readonly Sample[], by: readonly (keyof Sample)[]) =>
  [...Map.groupBy(rows, (row) => JSON.stringify(by.map((name) => row[name] ?? null))).values()].map((group) => {
    const keys = by.flatMap((name) => (group[0]?.[name] === undefined ? [] : [[name, group[0][name]]]));
    const { sum, mean, min, max } = figures(group.map((row) => row.latency));
    const bytes = figures(group.map((row) => row.bytes)).sum;
    return { ...(Object.fromEntries(keys) as object), n: group.length, sum, mean, min, max, bytes };
  });

const rolled = (answer: Answer<Sample>, by: (keyof Sample)[]) =>
  answer.groupby(...by).rollup({
    n: (g) => g.size,
    sum: (g) => g.sum('latency'),
    mean: (g) => g.mean('latency'),
    min: (g) => g.min('latency'),
    max: (g) => g.max('latency'),
    bytes: (g) => g.sum('bytes'),
  });

const BY: readonly { readonly by: (keyof Sample)[] }[] = [
  { by: ['comm'] },
  { by: ['pid'] },
  { by: ['at'] },
  { by: ['comm', 'pid'] },
  { by: ['pid', 'at', 'comm'] },
  { by: [] },
];

describe.for([0, 0.2, 0.95, 1])('with a share of %d of the values absent', (absent) => {
  test.for(BY)('rollup by $by gives what the rows of each group give alone', ({ by }) => {
    for (const size of [0, 1, 9, 3000]) {
      const rows = samples(size + 5, size, absent);
      const answer = given<Sample>(DOCS, rows);
      const expected = plain(rows, by);
      expect(rolled(answer, by).rows()).toEqual(expected);
      const counts = answer.groupby(...by).count();
      expect(counts.rows().map(({ count }) => count)).toEqual(expected.map(({ n }) => n));
    }
  });
});

test('columns of every array type are summed as they are group by group', () => {
  const types = [Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array];
  const next = random(3);
  for (const type of types) {
    const values = type.from(Array.from({ length: 500 }, () => (next() - 0.5) * 300));
    const table: Table = {
      size: 500,
      docs: { k: { unit: 'id', doc: '' }, x: { unit: 's', doc: '' } },
      data: {
        k: { kind: 'number', values: Uint8Array.from(values, (_, i) => i % 3) },
        x: { kind: 'number', values },
      },
    };
    const rows = answerFrom<{ k: number; x: number }>(table, HOW)
      .groupby('k')
      .rollup({ sum: (g) => g.sum('x'), mean: (g) => g.mean('x'), min: (g) => g.min('x'), max: (g) => g.max('x') })
      .rows();
    const groups = [0, 1, 2].map((k) => [...values].filter((_, i) => i % 3 === k));
    expect(rows).toEqual(groups.map((group, k) => ({ k, ...figures(group) })));
  }
});

test('rows, filters, nested rollups and sums of one closure agree', () => {
  const answer = given<Sample>(DOCS, samples(11, 2000, 0.2));
  const rows = answer.groupby('comm').rollup({
    sum: (g) => g.sum('latency'),
    byRows: (g) => figures(g.rows().map((row) => row.latency)).sum,
    all: (g) => g.filter(() => true).sum('latency'),
    first: (g) => g.slice(1e6).sum('latency'),
    part: (g) => g.filter((row) => row.bytes < 5e5).sum('bytes') + g.filter((row) => row.bytes >= 5e5).sum('bytes'),
    bytes: (g) => g.sum('bytes'),
    pids: (g) =>
      g
        .groupby('pid')
        .rollup({ bytes: (inner) => inner.sum('bytes') })
        .sum('bytes'),
  });
  for (const row of rows) {
    expect([row.byRows, row.all, row.first]).toEqual([row.sum, row.sum, row.sum]);
    expect([row.part, row.pids]).toEqual([row.bytes, row.bytes]);
  }
});

test('a group that a closure kept answers after the rollup as during it', () => {
  const kept: Answer[] = [];
  const rows = requests()
    .groupby('peer')
    .rollup({ n: (g) => kept.push(g), sum: (g) => g.sum('latency') })
    .rows();
  expect(kept.map((g) => g.sum('latency'))).toEqual(rows.map(({ sum }) => sum));
  expect(kept.map((g) => g.size)).toEqual([2, 2, 1]);
});

test('figures of a group keep their units and reject what the whole answer rejects', () => {
  const all = requests();
  const rollup = all.groupby('peer').rollup({ worst: (g) => g.max('latency'), half: (g) => g.max('latency') / 2 });
  expect([rollup.columns.worst.unit, rollup.columns.half.unit]).toEqual(['s', '']);
  const message = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return String(error);
    }
    return 'no error';
  };
  for (const name of ['latncy', 'peer'] as const) {
    const whole = message(() => all.sum(name as 'latency'));
    expect(whole).toMatch(/expected/);
    expect(message(() => all.groupby('tid').rollup({ s: (g) => g.sum(name as 'latency') }))).toBe(whole);
  }
});

test('a group gathers a column when it is read, and none for its size and summaries', () => {
  const grower = growTable(DOCS);
  for (const row of samples(2, 300, 0.2)) grower.push({ ...row });
  const whole = grower.table();
  const reads: string[] = [];
  const watched: Table['data'] = new Proxy(whole.data, {
    ownKeys: (data) => {
      reads.push('columns');
      return Reflect.ownKeys(data);
    },
  });
  const group = groupMaker({ ...whole, data: watched }, groupRows(whole, ['comm']))(1);
  const column = whole.data['bytes'] as NumberColumn;
  const { count } = group.summary('bytes', column);
  expect([group.table.size, reads]).toEqual([count, []]);
  const { bytes } = group.table.data;
  expect([reads, group.table.data['bytes']]).toEqual([['columns'], bytes]);
});
