import { expect, test } from 'vitest';
import { valueAt } from '../../../src/lib/columns/column.ts';
import { growNumbers, growTable, growText } from '../../../src/lib/columns/grow.ts';

test('a number column uses the narrowest type that holds its values', () => {
  const grower = growNumbers();
  for (const [value, type] of [
    [255, Uint8Array],
    [256, Uint16Array],
    [-1, Int32Array],
    [2 ** 32, Float64Array],
  ] as const) {
    grower.push(value);
    expect(grower.column().values).toBeInstanceOf(type);
  }
  expect([...grower.column().values]).toEqual([255, 256, -1, 2 ** 32]);
});

test('absent numbers are absent, not zero, from the first row to beyond the first thousand', () => {
  const grower = growNumbers();
  for (let i = 0; i < 3000; i++) grower.push(i % 7 === 3 ? undefined : i % 11 === 5 ? NaN : i / 3);
  const column = grower.column();
  for (let i = 0; i < 3000; i++) {
    expect(valueAt(column, i)).toBe(i % 7 === 3 || i % 11 === 5 ? undefined : i / 3);
  }
});

test('a column that was taken is not changed by later rows', () => {
  const grower = growNumbers();
  grower.push(1);
  grower.push(undefined);
  const before = grower.column();
  grower.push(3);
  grower.push(1e300);
  expect(before.values).toHaveLength(2);
  expect([valueAt(before, 0), valueAt(before, 1), valueAt(before, 2)]).toEqual([1, undefined, undefined]);
});

test('text columns store each text once, with 8-bit codes up to 256 texts', () => {
  const grower = growText();
  for (let i = 0; i < 1000; i++) grower.push(`name ${i % 200}`);
  expect(grower.column().codes).toBeInstanceOf(Uint8Array);
  expect(grower.column().names).toHaveLength(200);
  for (let i = 0; i < 300; i++) grower.pushCode(grower.code(`other ${i}`));
  grower.push(undefined);
  const column = grower.column();
  expect(column.codes).toBeInstanceOf(Uint16Array);
  expect(valueAt(column, 1299)).toBe('other 299');
  expect(valueAt(column, 1300)).toBeUndefined();
});

test('a table has a column for each doc; values missing in a row are absent', () => {
  const grower = growTable({
    t: { unit: 's', doc: 'Time.' },
    name: { unit: '', doc: 'Name.' },
    never: { unit: '', doc: 'Never seen.' },
  });
  grower.push({ t: 1 });
  grower.push({ t: 2, name: 'sda' });
  const { size, data } = grower.table();
  expect(size).toBe(2);
  expect(valueAt(data['name']!, 0)).toBeUndefined();
  expect(valueAt(data['name']!, 1)).toBe('sda');
  expect(data['never']!.kind).toBe('text');
  expect(valueAt(data['never']!, 1)).toBeUndefined();
});

test('a table refuses columns without a doc and values of another type', () => {
  const grower = growTable({ t: { unit: 's', doc: 'Time.' } });
  expect(() => {
    grower.push({ x: 1 });
  }).toThrow('expected only documented columns, got "x"');
  grower.push({ t: 1 });
  expect(() => {
    grower.push({ t: 'soon' });
  }).toThrow('column t: expected a number');
});
