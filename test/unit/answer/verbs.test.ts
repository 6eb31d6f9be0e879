import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { answerFrom, tableOf, type Answer } from '../../../src/lib/answer/answer.ts';
import { unknownName } from '../../../src/lib/answer/names.ts';
import { FridayError } from '../../../src/lib/errors.ts';
import { given, HOW, REQUESTS, requests, T } from './given.ts';

const message = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof FridayError) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'nothing was thrown';
};

test('rows() returns the rows unchanged, without absent values', () => {
  expect(requests().rows()).toEqual(REQUESTS);
});

test('filter accepts a closure, and comparisons with absent values are false', () => {
  const limit = 0.02;
  const peers = new Set<string | undefined>(['a']);
  expect(
    requests()
      .filter((d) => d.latency > limit)
      .rows()
      .map((d) => d.t),
  ).toEqual([1, 3, 4]);
  expect(requests().filter((d) => d.latency < 9).size).toBe(4);
  expect(requests().filter((d) => peers.has(d.peer)).size).toBe(2);
  expect(requests().filter((d) => d.peer?.startsWith('b') ?? false).size).toBe(2);
});

test('derive computes columns; a value that cannot be computed is absent, not zero', () => {
  const made = requests().derive(
    { ms: (d) => d.latency * 1000, who: (d) => d.peer?.toUpperCase(), slow: (d) => d.latency > 0.1 },
    { ms: { unit: 'ms', doc: 'In ms.' } },
  );
  expect(made.rows().map(({ ms, who, slow }) => [ms, who, slow])).toEqual([
    [10, 'A', 0],
    [200, 'B', 1],
    [undefined, 'A', 0],
    [30, undefined, 0],
    [500, 'B', 1],
  ]);
  expect(made.columns.ms).toEqual({ unit: 'ms', doc: 'In ms.' });
  expect(made.columns.who).toMatchObject({ unit: '' });
});

test('a derived column can replace a column, or be computed from joined columns', () => {
  const made = requests().derive({ latency: (d) => d.latency * 2 });
  expect(made.sum('latency')).toBeCloseTo(1.48);
});

test('count and rollup make one row per group; rollup functions get the group as an answer', () => {
  expect(requests().groupby('peer').count().rows()).toEqual([
    { peer: 'a', count: 2 },
    { peer: 'b', count: 2 },
    { count: 1 },
  ]);
  const rolled = requests()
    .groupby('tid')
    .rollup({
      n: (g) => g.size,
      worst: (g) => g.quantile(1, 'latency').high,
      who: (g) => g.rows()[0]?.peer ?? 'nobody',
    });
  expect(rolled.rows()).toEqual([
    { tid: 1, n: 3, worst: 0.5, who: 'a' },
    { tid: 2, n: 2, worst: 0.03, who: 'a' },
  ]);
  expect(rolled.how.grain).toBe('totals');
});

test('orderby sorts both ways with absent values last, slice takes the first', () => {
  expect(
    requests()
      .orderby('latency')
      .rows()
      .map((d) => d.t),
  ).toEqual([0, 3, 1, 4, 2]);
  expect(
    requests()
      .orderby('latency', 'down')
      .slice(2)
      .rows()
      .map((d) => d.t),
  ).toEqual([4, 1]);
});

test('sum and quantile skip absent values', () => {
  expect(requests().sum('latency')).toBeCloseTo(0.74);
  expect(requests().quantile(0.5, 'latency')).toEqual({ low: 0.115, high: 0.115, n: 4 });
});

test('mean, least and greatest value skip absent values, and are NaN where there are none', () => {
  expect(requests().mean('latency')).toBeCloseTo(0.185);
  expect([requests().min('latency'), requests().max('latency')]).toEqual([0.01, 0.5]);
  const none = requests().filter((d) => d.t === 2);
  expect([none.sum('latency'), none.mean('latency'), none.min('latency'), none.max('latency')]).toEqual([
    0,
    NaN,
    NaN,
    NaN,
  ]);
});

test('a computed column has no unit, unless it is declared or is a figure of a column as it stands', () => {
  const derived = requests().derive(
    { half: (d) => d.latency / 2, ms: (d) => d.latency * 1000 },
    { ms: { unit: 'ms' } },
  );
  expect([derived.columns.half.unit, derived.columns.ms.unit]).toEqual(['', 'ms']);
  const rolled = requests()
    .groupby('peer')
    .rollup({
      worst: (g) => g.max('latency'),
      doubled: (g) => 2 * g.max('latency'),
      least: (g) => Math.min(g.min('latency'), g.min('t')),
      long: (g) => g.filter((d) => d.latency > 0.02).sum('latency'),
      size: (g) => g.size,
    });
  const units = Object.fromEntries(Object.entries(rolled.columns).map(([name, { unit }]) => [name, unit]));
  expect(units).toEqual({ peer: '', worst: 's', doubled: '', least: 's', long: 's', size: '' });
  expect(inspect(rolled.slice(1))).toMatch(/10 ms +0\.02 /);
});

test('select keeps columns in the order that was asked for, with their docs', () => {
  const few = requests().select('peer', 't');
  expect(Object.keys(few.columns)).toEqual(['peer', 't']);
  expect(few.rows()[1]).toEqual({ peer: 'b', t: 1 });
  expect(few.columns.t.unit).toBe('s');
  expect(few.how.code).toMatch(/\.select\('peer', 't'\)$/);
});

test('an answer can be iterated; each row is a separate object', () => {
  const seen = [];
  for (const row of requests()) seen.push(row);
  expect(seen).toEqual(requests().rows());
  const [first, ...others] = requests();
  expect([first, others.length]).toEqual([REQUESTS[0], 4]);
});

test('a quantile of a histogram gives the bounds of its bucket; of totals it throws', () => {
  const docs = {
    latency: { unit: 's', doc: 'At least.', high: 'below' },
    below: { unit: 's', doc: 'Below.' },
    count: { unit: 'count', doc: 'How many.' },
  };
  const rows = [
    { latency: 0.001, below: 0.002, count: 90 },
    { latency: 0.032, below: 0.064, count: 10 },
  ];
  const histogram = given<(typeof rows)[0]>(docs, rows, { grain: 'histogram' });
  expect(histogram.quantile(0.99, 'latency')).toEqual({ low: 0.032, high: 0.064, n: 100 });
  expect(message(() => histogram.sum('latency'))).toMatch(
    /^usage: sum: expected measured values.*\nSum the events: sum\('count'\)/,
  );
  expect(message(() => histogram.mean('latency'))).toMatch(/quantile\(0\.5, 'latency'\)/);
  expect(message(() => histogram.max('latency'))).toMatch(/quantile\(1, 'latency'\)\.high/);
  expect(message(() => histogram.quantile(0.5, 'count'))).toMatch(/the column with the buckets \(latency\), got count/);
  expect(message(() => requests({ grain: 'totals' }).quantile(0.5, 'latency'))).toMatch(
    /^usage: quantile: expected events or a histogram, got totals.*\n.*mean\('latency'\), max\('latency'\)/,
  );
  expect(message(() => requests().groupby('peer').count().quantile(0.5, 'count'))).toMatch(/got totals/);
  expect(message(() => requests().quantile(99, 'latency'))).toMatch(/expected a share from 0 to 1, got 99/);
});

test('an unknown column gives an error that lists the columns and suggests the one that was meant', () => {
  const loose = answerFrom(tableOf(requests()), HOW) as unknown as ReturnType<typeof given<Record<string, number>>>;
  expect(message(() => loose.orderby('latnecy'))).toBe(
    'usage: orderby: expected one of t, latency, peer, tid, got "latnecy"\nDid you mean latency?',
  );
  for (const act of [
    () => loose.sum('nope'),
    () => loose.quantile(0.5, 'nope'),
    () => loose.max('nope'),
    () => loose.select('t', 'nope'),
    () => loose.groupby('nope'),
    () => loose.line('nope'),
    () => loose.heatmap('nope'),
    () => loose.bar('t', { by: 'nope' }),
  ]) {
    expect(message(act)).toMatch(/expected one of t, latency, peer, tid, got "nope"\nUse one of these names/);
  }
  expect(message(() => loose.sum('peer'))).toMatch(
    /expected a column of numbers \(t, latency, tid\), got the text column peer/,
  );
});

test('an error lists only the most similar of many names', () => {
  const names = Array.from({ length: 60 }, (_, i) => `proc.file${String(i)}`);
  expect(message(() => unknownName('ask', 'proc.file5x', names))).toMatch(
    /^usage: ask: expected one of proc\.file5, .*\(and 52 more names\), got "proc\.file5x"\nDid you mean proc\.file5\?$/,
  );
  expect(message(() => unknownName('ask', 'unlike all', names, 'See fbf sources.'))).toMatch(/\nSee fbf sources\.$/);
});

test('every verb keeps the provenance and adds itself to its code', () => {
  const end = requests()
    .filter((d) => d.tid === 1)
    .derive({ twice: (d) => d.latency * 2 })
    .orderby('twice')
    .slice(1);
  expect(end.how).toMatchObject({ host: 'web1', tool: 'ftrace', recording: '/cases/1', grain: 'events' });
  expect(end.how.code).toBe(
    "host.ask('request-latency').filter((d) => d.tid === 1).derive({ twice: (d) => d.latency * 2 }).orderby('twice', 'up').slice(1)",
  );
  expect(end.say).toBe('req on web1: 1 of 3 rows after slice(1).');
});

test('after every verb the answer says first that its capture was cut', () => {
  const cut = 'Cut after 11 of 30 s: the host stopped answering.';
  const all = requests({ cut, coverage: 0.37 });
  const windows = all.windows((d) => d.latency > 0.1);
  const made: Readonly<Record<string, Answer>> = {
    filter: all.filter(() => true),
    derive: all.derive({ twice: (d) => d.latency * 2, stack: () => 'main' }),
    count: all.groupby('peer').count(),
    rollup: all.groupby('peer').rollup({ n: (g) => g.size }),
    select: all.select('t'),
    orderby: all.orderby('t'),
    slice: all.slice(1),
    rate: all.rate(),
    windows,
    during: all.during(windows),
    outside: all.outside(windows),
    joinTime: all.joinTime({ other: requests() }),
    health: all.derive({ stack: () => 'main' }).health,
    'during windows of a cut answer': requests().during(windows),
    'joinTime with a cut answer': requests().joinTime({ other: all }),
  };
  for (const [verb, { how, say }] of Object.entries(made)) {
    expect(how.cut, verb).toContain(cut);
    expect(how.coverage, verb).toBe(0.37);
    expect(say, verb).toContain(`${cut} `);
    expect(say.indexOf(cut), verb).toBeLessThan(20);
  }
});

test('only verbs that select rows give the number of rows before', () => {
  const all = requests();
  const long = all.windows((d) => d.latency > 0.1);
  expect(all.filter((d) => d.t < 9).say).toMatch(/: 5 of 5 rows after filter/);
  expect(all.during(long).say).toMatch(/: 2 of 5 rows after during\(2 windows\)/);
  expect(all.outside(long).say).toMatch(/: 3 of 5 rows after outside/);
  expect(long.say).toMatch(/: 2 windows after windows\(/);
  expect(all.groupby('peer').count().say).toMatch(/: 3 groups after groupby\('peer'\)\.count/);
  expect(all.groupby('tid').rollup({ n: (g) => g.size }).say).toMatch(/: 2 groups after /);
  expect(all.joinTime({ other: requests() }).say).toMatch(/: 5 rows after joinTime/);
  expect(all.orderby('t').say).toMatch(/: 5 rows after orderby/);
  expect(all.select('t').say).toMatch(/: 5 rows after select/);
  const docs = { t: T, bytes: { unit: 'B', doc: 'Sent.', counter: true } } as const;
  const sent = given<{ t: number; bytes: number }>(
    docs,
    [0, 5, 9].map((bytes, t) => ({ t, bytes })),
  );
  expect(sent.rate().say).toMatch(/: 2 intervals after rate\(\)/);
});

test('arquero gets the same rows, and its aggregates skip absent values', () => {
  const table = requests().arquero();
  expect(table.numRows()).toBe(5);
  expect(table.array('peer')).toEqual(['a', 'b', 'a', undefined, 'b']);
  const [row] = table.rollup({ mean: 'd => op.mean(d.latency)', n: 'd => op.valid(d.latency)' }).objects() as {
    mean: number;
    n: number;
  }[];
  expect(row).toEqual({ mean: 0.185, n: 4 });
});

test('every verb works on an answer without rows, even if its columns were never filled', () => {
  const docs = {
    t: T,
    cpu: { unit: 'id', doc: 'CPU.', key: true },
    n: { unit: 'count', doc: 'Events.', counter: true },
  } as const;
  const never = answerFrom<{ t: number; cpu: number; n: number }>({ size: 0, data: {}, docs }, HOW);
  expect([never.sum('n'), never.max('n'), never.rate().size, never.groupby('cpu').count().size]).toEqual([
    0,
    NaN,
    0,
    0,
  ]);
  const none = requests().filter(() => false);
  expect(none.rows()).toEqual([]);
  expect(none.quantile(0.5, 'latency')).toEqual({ low: NaN, high: NaN, n: 0 });
  expect(none.groupby('peer').rollup({ n: (g) => g.size }).size).toBe(0);
  expect(none.windows(() => true).size).toBe(0);
  expect(none.rate().size).toBe(0);
});

test('a column may have the name of an object property (constructor, toString)', () => {
  const docs = { t: T, constructor: { unit: '', doc: '' }, toString: { unit: '', doc: '' } };
  const odd = given<Record<string, string>>(docs, [{ constructor: 'c', toString: 's' }]);
  expect(odd.filter((d) => d['constructor'] === 'c').rows()).toEqual([{ constructor: 'c', toString: 's' }]);
});
