import { expect, test } from 'vitest';
import { valueAt, type ColumnDoc, type Table } from '../../../src/lib/columns/column.ts';
import { growTable } from '../../../src/lib/columns/grow.ts';
import { rates, unitPerSecond } from '../../../src/lib/columns/rate.ts';

type Row = Readonly<Record<string, number | string | undefined>>;

const DOCS: Readonly<Record<string, ColumnDoc>> = {
  t: { unit: 's', doc: 'When.', clock: 'monotonic' },
  device: { unit: '', doc: 'Which.', key: true },
  bytes: { unit: 'B', doc: 'Bytes.', counter: true },
  queue: { unit: 'count', doc: 'Now.' },
};

const tableOf = (rows: readonly Row[], docs = DOCS): Table => {
  const grower = growTable(docs);
  for (const row of rows) grower.push(row);
  return grower.table();
};

const rowsOf = ({ data, size }: Table): Row[] =>
  Array.from({ length: size }, (_, i) =>
    Object.fromEntries(Object.entries(data).map(([name, column]) => [name, valueAt(column, i)])),
  );

const bytesOf = (table: Table) => rowsOf(rates(table)).map(({ bytes }) => bytes);

test('a counter becomes its increase per second in each interval, with start t and length seconds', () => {
  const table = tableOf([
    { t: 0, device: 'sda', bytes: 100, queue: 1 },
    { t: 2, device: 'sda', bytes: 500, queue: 7 },
    { t: 3, device: 'sda', bytes: 500, queue: 9 },
  ]);
  const found = rates(table);
  expect(rowsOf(found)).toEqual([
    { t: 0, seconds: 2, device: 'sda', bytes: 200, queue: 7 },
    { t: 2, seconds: 1, device: 'sda', bytes: 0, queue: 9 },
  ]);
  expect(found.docs['bytes']).toMatchObject({ unit: 'B/s' });
  expect(found.docs['bytes']).not.toHaveProperty('counter');
  expect(found.docs['seconds']).toMatchObject({ unit: 's', span: true });
});

test('each series is computed separately, and rows stay in order of time', () => {
  const table = tableOf([
    { t: 0, device: 'sda', bytes: 0 },
    { t: 0, device: 'sdb', bytes: 1000 },
    { t: 1, device: 'sda', bytes: 10 },
    { t: 1, device: 'sdb', bytes: 1001 },
    { t: 2, device: 'sda', bytes: 30 },
    { t: 2, device: 'sdb', bytes: 1003 },
  ]);
  expect(rowsOf(rates(table)).map(({ t, device, bytes }) => [t, device, bytes])).toEqual([
    [0, 'sda', 10],
    [0, 'sdb', 1],
    [1, 'sda', 20],
    [1, 'sdb', 2],
  ]);
});

test('the rate of a 32-bit counter is correct across a wrap', () => {
  const rows = [2 ** 32 - 50, 150].map((bytes, t) => ({ t, device: 'a', bytes }));
  expect(bytesOf(tableOf(rows))).toEqual([200]);
});

test('the rate is correct across a wrap at a declared value', () => {
  const wrap = 512 * 2 ** 32;
  const docs = { ...DOCS, bytes: { ...DOCS['bytes']!, wrap } };
  expect(
    bytesOf(
      tableOf(
        [wrap - 512, 1024].map((bytes, t) => ({ t, device: 'a', bytes })),
        docs,
      ),
    ),
  ).toEqual([1536]);
});

test('the rate of 32-bit milliseconds, converted to seconds, is correct across a wrap', () => {
  const docs = { ...DOCS, bytes: { unit: 's', doc: 'Busy.', counter: true as const } };
  const [rate] = bytesOf(
    tableOf(
      [2 ** 32 / 1000 - 0.2, 0.3].map((bytes, t) => ({ t, device: 'a', bytes })),
      docs,
    ),
  );
  expect(rate).toBeCloseTo(0.5, 6);
});

test.for([
  ['began anew', [5_000_000, 20]],
  ['fell a little, as iowait does', [1000, 999]],
  ['is beyond 32 bits and fell', [2 ** 40, 12]],
] as const)('a counter that %s has no rate for that step, never a negative one', ([, values]) => {
  expect(bytesOf(tableOf(values.map((bytes, t) => ({ t, device: 'a', bytes }))))).toEqual([undefined]);
});

test('after a counter reset, only the interval with the reset has no rate', () => {
  expect(bytesOf(tableOf([100, 5, 8].map((bytes, t) => ({ t, device: 'a', bytes }))))).toEqual([undefined, 3]);
});

test('a series has no rate across samples in which it was missing', () => {
  const table = tableOf([
    ...[0, 1, 2, 3].map((t) => ({ t, device: 'stays', bytes: t })),
    ...[0, 3].map((t) => ({ t, device: 'replugged', bytes: t * 100 })),
  ]);
  expect(
    rowsOf(rates(table))
      .filter(({ device }) => device === 'replugged')
      .map(({ bytes }) => bytes),
  ).toEqual([undefined]);
});

test('a pause of the whole recording is one longer interval', () => {
  const rows = [0, 1, 7].map((t) => ({ t, device: 'a', bytes: t * 10 }));
  expect(rowsOf(rates(tableOf(rows))).map(({ seconds, bytes }) => [seconds, bytes])).toEqual([
    [1, 10],
    [6, 10],
  ]);
});

test('samples of one host at other times do not make series of another host missing', () => {
  const docs = { host: { unit: '', doc: '', key: true as const }, ...DOCS };
  const rows = [0, 1, 2].flatMap((t) => [
    { host: 'a', t, device: 'sda', bytes: t },
    { host: 'b', t: t + 0.5, device: 'sda', bytes: t * 2 },
  ]);
  expect(rowsOf(rates(tableOf(rows, docs))).map(({ host, bytes }) => [host, bytes])).toEqual([
    ['a', 1],
    ['b', 2],
    ['a', 1],
    ['b', 2],
  ]);
});

test('an interval with an absent value at either end has no rate', () => {
  const rows = [1, undefined, 3, 4].map((bytes, t) => ({ t, device: 'a', bytes }));
  expect(bytesOf(tableOf(rows))).toEqual([undefined, undefined, 1]);
});

test('a process with a reused pid is a new series', () => {
  const docs = {
    t: DOCS['t']!,
    pid: { unit: 'id', doc: '', key: true as const },
    started: { unit: 'id', doc: '', key: true as const },
    cpu: { unit: 's', doc: '', counter: true as const },
  };
  const rows = [
    { t: 0, pid: 7, started: 1, cpu: 90 },
    { t: 1, pid: 7, started: 1, cpu: 90.5 },
    { t: 2, pid: 7, started: 2, cpu: 0.1 },
    { t: 3, pid: 7, started: 2, cpu: 0.4 },
  ];
  expect(rowsOf(rates(tableOf(rows, docs))).map(({ cpu }) => Number(Number(cpu).toFixed(6)))).toEqual([0.5, 0.3]);
});

test('a table without counters or without time is unchanged', () => {
  const plain = tableOf([{ t: 0, device: 'a' }], { t: DOCS['t']!, device: DOCS['device']! });
  expect(rates(plain)).toBe(plain);
  const timeless = tableOf([{ bytes: 1 }], { bytes: DOCS['bytes']! });
  expect(rates(timeless)).toBe(timeless);
});

test('rates have the usual units', () => {
  expect(['s', 'B', 'count', 'pages'].map(unitPerSecond)).toEqual(['1', 'B/s', '1/s', 'pages/s']);
});
