import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { perfStat } from '../../src/lib/sources/perf-stat/decoder.ts';
import { corpus } from '../corpus.ts';
import { rowsOf } from '../decode.ts';
import type { Row } from '../decode.ts';
import { pieces } from '../pieces.ts';

const folder = corpus('perf-stat');
const rows = async (name: string): Promise<Row[]> => {
  const { table, warnings } = await perfStat.decode(pieces(readFileSync(join(folder ?? '', name)), 100));
  expect(warnings).toEqual([]);
  return rowsOf(table);
};

describe.skipIf(folder === undefined)('published perf stat output', () => {
  it('gives the same events, units and metrics in its three formats', async () => {
    const said = (all: Row[]) => all.map(({ event, unit, metricUnit }) => ({ event, unit, metricUnit }));
    const text = said(await rows('spr.std.txt')).filter(
      ({ event }) => event !== 'TopdownL1' && event !== 'TopdownL2' && event !== 'time elapsed',
    );
    const isGroup = ({ event }: { event?: unknown }): boolean => event === 'TopdownL1' || event === 'TopdownL2';
    const csv = said(await rows('spr.csv.txt'));
    expect(said(await rows('spr.json.txt'))).toEqual(csv);
    // Text output prints a group's name and its first metric on one line.
    const firsts = said(await rows('spr.std.txt')).filter(isGroup);
    expect(firsts.map(({ event }) => event)).toEqual(csv.filter(isGroup).map(({ event }) => event));
    expect(text.length + firsts.length * 2).toBe(csv.length);
    expect(new Set([...text, ...firsts].map(({ metricUnit }) => metricUnit))).toEqual(
      new Set(csv.flatMap(({ metricUnit }) => (metricUnit === undefined ? [] : [metricUnit]))),
    );
  });

  it.each(['spr.std.txt', 'spr.csv.txt', 'spr.json.txt'])("%s has counts that give perf's metrics", async (name) => {
    const all = await rows(name);
    const value = (event: string): number => Number(all.find((row) => row['event'] === event)?.['value']);
    const metric = (event: string): number => Number(all.find((row) => row['event'] === event)?.['metric']);
    const clock = value('cpu-clock') / 1000;
    expect(value('context-switches') / clock).toBeCloseTo(metric('context-switches'), 2);
    expect(value('instructions') / value('cycles')).toBeCloseTo(metric('instructions'), 2);
    expect((100 * value('branch-misses')) / value('branches')).toBeCloseTo(metric('branch-misses'), 2);
  });
});
