import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bpftrace } from '../../src/lib/sources/bpftrace/decoder.ts';
import { corpus } from '../corpus.ts';
import { rowsOf } from '../decode.ts';
import type { Row } from '../decode.ts';
import { pieces } from '../pieces.ts';

const folder = corpus('bpftrace');
const rows = async (name: string, size = 100): Promise<Row[]> =>
  rowsOf((await bpftrace.decode(pieces(readFileSync(join(folder ?? '', 'outputs', name)), size))).table);

describe.skipIf(folder === undefined)('published bpftrace output', () => {
  it('the counts of a text histogram give the bars that bpftrace printed', async () => {
    const counts = (await rows('hist.txt', 1)).map((row) => Number(row['value']));
    const bars = readFileSync(join(folder ?? '', 'outputs', 'hist.txt'), 'utf8').match(/\|.*\|/g) ?? [];
    const most = Math.max(...counts);
    expect(counts.map((count) => `|${'@'.repeat(Math.floor((count * 52) / most)).padEnd(52)}|`)).toEqual(bars);
  });

  it.each([
    ['hist.json', [2, 3, 1]],
    ['lhist.json', [0, 9, 1]],
  ])('%s has its buckets as they are written', async (name, [low, high, value]) => {
    const all = await rows(name);
    expect(all[0]).toMatchObject({ kind: 'hist', low, high, value });
    expect(all).toHaveLength(name === 'hist.json' ? 10 : 11);
  });

  it('buckets without a lower or upper bound of a linear histogram stay without one', async () => {
    expect((await rows('lhist.json')).at(-1)).toEqual({ map: '@h', kind: 'hist', low: 100, value: 1 });
  });

  it.each([
    [
      'map.json',
      [
        { map: '@map', kind: 'value', key: 'key1', value: 2 },
        { map: '@map', kind: 'value', key: 'key2', value: 3 },
      ],
    ],
    ['scalar.json', [{ map: '@scalar', kind: 'value', value: 5 }]],
    ['complex.json', [{ map: '@complex', kind: 'value', key: 'bpftrace, 2', value: 5 }]],
    [
      'multiple_maps.ndjson',
      [
        { map: '@map1', kind: 'value', key: 'key1', value: 2 },
        { map: '@map2', kind: 'value', key: 'key2', value: 3 },
      ],
    ],
    [
      'print_avg_map_args.txt',
      [
        { map: '@', kind: 'value', key: 'c', value: 3 },
        { map: '@', kind: 'value', key: 'd', value: 4 },
      ],
    ],
  ])('%s is its map', async (name, expected) => {
    expect(await rows(name, 7)).toEqual(expected);
  });

  it('stats are count, average and total', async () => {
    expect((await rows('stats.json')).map(({ field, value }) => [field, value])).toEqual([
      ['count', 2],
      ['average', 6],
      ['total', 12],
    ]);
  });

  it.each(['tseries.json', 'tseries.txt'])('%s has five values of 9', async (name) => {
    expect((await rows(name)).map(({ kind, value }) => [kind, value])).toEqual(
      Array.from({ length: 5 }, () => ['tseries', 9]),
    );
  });
});
