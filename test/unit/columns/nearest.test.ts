import { expect, test } from 'vitest';
import type { NumberColumn, Table } from '../../../src/lib/columns/column.ts';
import { groupRows } from '../../../src/lib/columns/group.ts';
import { growTable } from '../../../src/lib/columns/grow.ts';
import { nearestRows } from '../../../src/lib/columns/nearest.ts';

type Row = Readonly<Record<string, number | string | undefined>>;

const tableOf = (rows: readonly Row[]): Table => {
  const grower = growTable({
    t: { unit: 's', doc: '', clock: 'monotonic' },
    pid: { unit: 'id', doc: '', key: true },
    name: { unit: '', doc: '', key: true },
  });
  for (const row of rows) grower.push(row);
  return grower.table();
};

const matched = (rows: readonly Row[], others: readonly Row[], by: readonly string[] = []): readonly number[] => {
  const table = tableOf(rows);
  return [...nearestRows(table, tableOf(others), { by, within: 2, at: table.data['t'] as NumberColumn })];
};

test('each row gets the nearest row in time, the later of two that are equally near', () => {
  expect(matched([{ t: 0 }, { t: 1 }, { t: 5 }], [{ t: 0.1 }, { t: 0.9 }, { t: 4 }, { t: 6 }])).toEqual([0, 1, 3]);
});

test('a row further away than `within`, and a row without a time, match nothing', () => {
  expect(matched([{ t: 0 }, {}, { t: 10 }], [{ t: 2 }, {}, { t: 7.9 }])).toEqual([0, -1, -1]);
});

test('rows match within their series; absent keys are equal', () => {
  const rows = [{ t: 0, pid: 1, name: 'a' }, { t: 0, pid: 2, name: 'a' }, { t: 0, name: 'a' }, { t: 0, pid: 1, name: 'b' }]; // prettier-ignore
  const others = [
    { t: 0.5, name: 'a' },
    { t: 0, pid: 2, name: 'a' },
    { t: 1, pid: 1, name: 'a' },
  ];
  expect(matched(rows, others, ['pid', 'name'])).toEqual([2, 1, 0, -1]);
  expect(matched(rows, [], ['pid'])).toEqual([-1, -1, -1, -1]);
});

test('a column with one value per group divides no group, and a pid that is used again does', () => {
  const once = tableOf([{ pid: 7, name: 'a' }, { pid: 8, name: 'b' }, { pid: 7, name: 'a' }]); // prettier-ignore
  expect([...groupRows(once, ['pid', 'name']).of]).toEqual([0, 1, 0]);
  const again = tableOf([{ pid: 7, name: 'a' }, { pid: 7, name: 'b' }, { pid: 7, name: 'a' }]); // prettier-ignore
  expect([...groupRows(again, ['pid', 'name']).of]).toEqual([0, 1, 0]);
});
