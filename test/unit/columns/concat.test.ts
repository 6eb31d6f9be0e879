import { expect, test } from 'vitest';
import { valueAt } from '../../../src/lib/columns/column.ts';
import { byHost } from '../../../src/lib/columns/concat.ts';
import { growTable } from '../../../src/lib/columns/grow.ts';

const docs = { t: { unit: 's', doc: 'When.' }, device: { unit: '', doc: 'Which.' } };
const table = (rows: readonly Record<string, number | string | undefined>[], columns = docs) => {
  const grower = growTable(columns);
  for (const row of rows) grower.push(row);
  return grower.table();
};

test('tables of several hosts become one with a host column; equal host names are made distinct', () => {
  const all = byHost([
    {
      host: 'a',
      table: table([
        { t: 1, device: 'sda' },
        { t: 2, device: undefined },
      ]),
    },
    { host: 'b', table: table([{ t: 1.5, device: 'vda' }]) },
  ]);
  const rows = Array.from({ length: all.size }, (_, i) =>
    Object.entries(all.data).map(([, column]) => valueAt(column, i)),
  );
  expect(Object.keys(all.docs)).toEqual(['host', 't', 'device']);
  expect(rows).toEqual([
    ['a', 1, 'sda'],
    ['a', 2, undefined],
    ['b', 1.5, 'vda'],
  ]);
});

test('a column that one host lacks is absent in its rows', () => {
  const wide = table([{ t: 1, device: 'sda', flushes: 7 }], {
    ...docs,
    flushes: { unit: 'count', doc: 'How many.' },
  } as typeof docs);
  const all = byHost([
    { host: 'old', table: table([{ t: 1, device: 'sda' }]) },
    { host: 'new', table: wide },
  ]);
  expect([0, 1].map((i) => all.data['flushes'] && valueAt(all.data['flushes'], i))).toEqual([undefined, 7]);
});

test('64-bit counters stay exact', () => {
  const big = 2n ** 60n + 1n;
  const part = (exact: bigint) => ({
    size: 1,
    docs: { n: { unit: 'count', doc: 'A counter.', counter: true as const } },
    data: { n: { kind: 'number' as const, values: Float64Array.of(Number(exact)), exact: BigUint64Array.of(exact) } },
  });
  const { n } = byHost([
    { host: 'a', table: part(big) },
    { host: 'b', table: part(3n) },
  ]).data;
  expect(n?.kind === 'number' && [...(n.exact ?? [])]).toEqual([big, 3n]);
});
