import { tableFromIPC } from 'apache-arrow';
import { expect, test } from 'vitest';
import { arrowOf } from '../../../src/lib/columns/arrow-edge.ts';
import { growTable } from '../../../src/lib/columns/grow.ts';
import { csvOf, jsonOf } from '../../../src/lib/columns/text-edge.ts';

const sample = () => {
  const grower = growTable({
    t: { unit: 's', doc: 'When.', clock: 'monotonic' },
    name: { unit: '', doc: 'Who.' },
    size: { unit: 'B', doc: 'How much.' },
  });
  grower.push({ t: 0.5, name: 'a "b", c\nd', size: 2 ** 40 });
  grower.push({ t: 1, name: '', size: undefined });
  grower.push({ t: 1.5, name: undefined, size: 0 });
  return grower.table();
};

test('CSV leaves absent fields empty, quotes empty text, and quotes fields that need it', () => {
  expect([...csvOf(sample())].join('')).toBe('t,name,size\n0.5,"a ""b"", c\nd",1099511627776\n1,"",\n1.5,,0\n');
});

test('JSON has null for absent values', () => {
  expect(JSON.parse([...jsonOf(sample())].join(''))).toEqual([
    { t: 0.5, name: 'a "b", c\nd', size: 2 ** 40 },
    { t: 1, name: '', size: null },
    { t: 1.5, name: null, size: 0 },
  ]);
});

test('CSV and JSON of more than 4,096 rows are joined correctly from pieces', () => {
  const grower = growTable({ i: { unit: 'count', doc: 'Row.' } });
  for (let i = 0; i < 10_000; i++) grower.push({ i });
  expect([...csvOf(grower.table())].join('').split('\n')).toHaveLength(10_002);
  expect(JSON.parse([...jsonOf(grower.table())].join(''))).toHaveLength(10_000);
});

test('Arrow keeps values, nulls, types, units and docs', () => {
  const arrow = tableFromIPC(arrowOf(sample()));
  expect(JSON.parse(JSON.stringify(arrow.toArray()))).toEqual([
    { t: 0.5, name: 'a "b", c\nd', size: 2 ** 40 },
    { t: 1, name: '', size: null },
    { t: 1.5, name: null, size: 0 },
  ]);
  const [t, name] = arrow.schema.fields;
  expect(Object.fromEntries(t!.metadata)).toEqual({ unit: 's', doc: 'When.', clock: 'monotonic' });
  expect(String(name!.type)).toBe('Dictionary<Int32, Utf8>');
});

test('an empty table is written as well', () => {
  const empty = growTable({ t: { unit: 's', doc: 'When.' }, name: { unit: '', doc: 'Who.' } }).table();
  expect([...csvOf(empty)].join('')).toBe('t,name\n');
  expect(JSON.parse([...jsonOf(empty)].join(''))).toEqual([]);
  expect(tableFromIPC(arrowOf(empty)).numRows).toBe(0);
});
