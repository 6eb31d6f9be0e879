import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { arrowOf } from '../../../src/lib/columns/arrow-edge.ts';
import { tableFromArrow } from '../../../src/lib/columns/arrow-read.ts';
import { csvOf } from '../../../src/lib/columns/text-edge.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { bpftrace } from '../../../src/lib/sources/bpftrace/decoder.ts';
import { rowsOf } from '../../decode.ts';
import type { Row } from '../../decode.ts';
import { pieces } from '../../pieces.ts';
import { numbersFrom } from '../../random.ts';

const decode = async (text: string | Uint8Array) => {
  const { table, warnings } = await bpftrace.decode(pieces(Buffer.from(text), 64));
  return { rows: rowsOf(table), warnings: warnings.map(({ say }) => say) };
};
const rowsIn = async (text: string): Promise<Row[]> => (await decode(text)).rows;
const fixture = (name: string): Buffer => readFileSync(join(packageRoot, 'fixtures', 'bpftrace', name));
const json = (data: unknown, type = 'map'): string => `${JSON.stringify({ type, data })}\n`;

/** A time series as bpftrace draws it: TextOutput in its src/output/text.cpp. */
const drawn = (values: readonly (number | undefined)[]): string => {
  const WIDTH = 53;
  const known = values.filter((value) => value !== undefined);
  let [low, high] = [Math.min(...known), Math.max(...known)];
  if (low === high) [low, high] = [low - 1, high + 1];
  const zero = low < 0 && high > 0 ? Math.trunc((WIDTH * -low) / (high - low)) : 0;
  const scale = `${' '.repeat(13)}${String(low).padEnd(21)}${String(high).padStart(32)}\n`;
  const lines = values.map((value, i) => {
    const plot = ['|', ...Array<string>(WIDTH - 2).fill(' '), '|'];
    if (zero > 0) plot[zero] = '.';
    if (value !== undefined) plot[Math.trunc(((WIDTH - 1) * (value - low)) / (high - low))] = '*';
    return `12:00:00.${String(i).padStart(3, '0')} ${plot.join('')} ${value ?? '-'}\n`;
  });
  const border = '_'.repeat(WIDTH - 2);
  return `${scale}hh:mm:ss.ms  |${border}|\n${lines.join('')}${' '.repeat(13)}v${border}v\n${scale}\n`;
};

describe('a time series of bpftrace', () => {
  it('keeps each point: on the borders, on the zero axis and between', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = numbersFrom(seed);
      const size = 1 + Math.floor(random() * 20);
      const from = seed % 3 === 0 ? 0 : -10;
      const values = Array.from({ length: size }, () => from + Math.floor(random() * 20));
      const gaps = values.map((value, i) => (i > 0 && random() < 0.2 ? undefined : value));
      const { rows, warnings } = await decode(`@a[one]:\n${drawn(gaps)}@b:\n${drawn(values)}`);
      const of = (map: string) => rows.filter((row) => row['map'] === map).map(({ value }) => value);
      expect(of('@a'), `seed ${seed}`).toEqual(gaps.filter((value) => value !== undefined));
      expect(of('@b'), `seed ${seed}`).toEqual(values);
      expect(rows).toHaveLength(of('@a').length + of('@b').length);
      expect(warnings).toEqual([]);
    }
  });

  it('has the time of each interval and its key', async () => {
    expect((await rowsIn(`@a[one, 2]:\n${drawn([0, 5])}`))[1]).toEqual({
      map: '@a',
      kind: 'tseries',
      key: 'one, 2',
      time: '12:00:00.001',
      value: 5,
    });
  });
});

describe('text between maps of bpftrace', () => {
  const told = (rows: Row[]) =>
    rows
      .filter(({ kind }) => kind !== 'printf')
      .map(({ map, key, time, before, value }) => [map, key, time, before, value]);

  it.each(['intervals.txt', 'intervals.json'])('is kept, and gives rows their time: %s', async (name) => {
    const { rows, warnings } = await decode(fixture(name));
    expect(warnings).toEqual([]);
    const texts = rows.filter(({ kind }) => kind === 'printf').map(({ text }) => text);
    expect(texts).toHaveLength(5);
    expect(texts[0]).toBe('Tracing... Hit Ctrl-C to end.');
    const maps = told(rows);
    expect(maps.map(([map, key]) => (key === undefined ? map : `${String(map)} ${String(key)}`))).toEqual([
      ...['@us db', '@us web', '@calls'],
      ...['@us db', '@us web', '@calls'],
      '@calls',
    ]);
    for (const [map, , time, before] of maps.slice(0, 6)) {
      expect(time).toMatch(/^\d\d:\d\d:\d\d$/);
      expect(before).toBe(map === '@calls' ? `${String(time)} calls:` : time);
    }
    expect(maps[0]?.[2]).not.toBe(maps[3]?.[2]);
  });

  it('is separated from a histogram heading on the same line', async () => {
    const text = '10:00:01 latency @us[a, b]: \n[0]     1 |@@@|\n[1]     2 |@@@@@@|\n\nlook at @this:\nand that\n';
    expect((await rowsIn(text)).map(({ kind, key, low, text: said }) => [kind, key, low, said])).toEqual([
      ['printf', undefined, undefined, '10:00:01 latency '],
      ['hist', 'a, b', 0, undefined],
      ['hist', 'a, b', 1, undefined],
      ['printf', undefined, undefined, 'look at @this:'],
      ['printf', undefined, undefined, 'and that'],
    ]);
  });

  it('does not mistake an address for a time', async () => {
    const [row] = await rowsIn('@mac: 00:11:22:33:44:55\nfrom fe80::10:20:30\n@x: 1\n').then((rows) => rows.slice(-1));
    expect(row).toEqual({ map: '@x', kind: 'value', before: 'from fe80::10:20:30', value: 1 });
  });
});

describe('each kind of value that bpftrace prints', () => {
  it('is equal in text and in JSON', async () => {
    const of = async (name: string) =>
      (await decode(fixture(name))).rows
        .filter(({ map }) => map !== '')
        .map((row) => JSON.stringify({ ...row, before: undefined }).replaceAll(/\+\d+/g, ''));
    expect(await of('kinds.json')).toEqual(await of('kinds.txt'));
    expect(await of('kinds.txt')).toHaveLength(47);
  });

  it.each(['kinds.txt', 'kinds.json'])('is read: %s', async (name) => {
    const { rows, warnings } = await decode(fixture(name));
    expect(warnings).toEqual([]);
    const of = (map: string) =>
      rows.filter((row) => row['map'] === map).map(({ key, field, value, text }) => [key, field, value ?? text]);
    expect(of('@tuple')).toEqual([
      [undefined, '0', 1],
      [undefined, '1', -2],
      [undefined, '2', 'str'],
      [undefined, '3.0', 4],
      [undefined, '3.1', 5],
    ]);
    expect(of('@two')).toEqual([
      ['a, 1', undefined, 3],
      ['b, c, 2', undefined, 4],
    ]);
    expect(of('@text')).toEqual([[undefined, undefined, 'a b, c']]);
    expect(of('@pointer')).toEqual([[undefined, undefined, 0x1234]]);
    expect(of('@statsOf')).toEqual([
      ['z', 'count', 1],
      ['z', 'average', 7],
      ['z', 'total', 7],
    ]);
    expect(String(of('@stack')[0]?.[2])).toMatch(/^\S+;\S+$/);
    expect(String(of('@byStacks')[0]?.[0])).toMatch(/^[^ ;]+;[^ ;]+, [^ ;]+, 7$/);
  });

  it('keeps negative 64-bit numbers exact, together with large ones', async () => {
    const values = [-(2n ** 63n), -1n, 2n ** 63n - 1n];
    const text = values.map((value, key) => `@[${key}]: ${value}\n`).join('');
    const asJson = `{"type": "map", "data": {"@": {${values.map((value, key) => `"${key}": ${value}`).join(', ')}}}}\n`;
    for (const input of [text, asJson]) {
      const { table } = await bpftrace.decode(pieces(Buffer.from(input), 64));
      const printed = [...csvOf(table)].join('').split('\n').slice(1, -1);
      expect(printed.map((line) => line.split(',').at(-2))).toEqual(values.map(String));
      const again = tableFromArrow(arrowOf(table)).table;
      expect([...csvOf(again)].join('')).toBe([...csvOf(table)].join(''));
    }
  });

  it('keeps 64-bit numbers exact', async () => {
    for (const name of ['kinds.txt', 'kinds.json']) {
      const { table } = await bpftrace.decode(pieces(fixture(name), 64));
      const values = table.data['value'];
      expect(values?.kind === 'number' ? values.exact?.includes(2n ** 64n - 1n) : undefined, name).toBe(true);
    }
  });

  const records: [string, string, unknown[][]][] = [
    ['a record', '@s: { .m = 2, .n = [3,4], .o = { .p = x } }\n', [['m', 2], ['n.0', 3], ['n.1', 4], ['o.p', 'x']]],
    ['stats', '@s: { .count = 3, .average = 2, .total = 6 }\n', [['count', 3], ['average', 2], ['total', 6]]],
    ['a tuple with a record', json({ '@s': [0, { m: 2, n: [3] }] }), [['0', 0], ['1.m', 2], ['1.n.0', 3]]],
    ['a record with many types', json({ '@s': { a: 0, c: 'str', d: [5, 6] } }), [['a', 0], ['c', 'str'], ['d.0', 5], ['d.1', 6]]],
    ['an empty array', json({ '@s': [] }), [[undefined, '[]']]],
    ['a boolean', json({ '@s': [true, null] }), [['0', 'true'], ['1', 'null']]],
    ['a text in brackets', '@s: [kernel]\n@s: (deleted)\n@s: a, b)\n', [[undefined, '[kernel]'], [undefined, '(deleted)'], [undefined, 'a, b)']]],
  ]; // prettier-ignore
  it.each(records)('is read from %s', async (_, text, expected) => {
    const rows = await rowsIn(text);
    expect(rows.map(({ field, value, text: said }) => [field, value ?? said])).toEqual(expected);
    expect(rows.map(({ map }) => map)).toEqual(expected.map(() => '@s'));
  });

  it('is read from print() of a value', async () => {
    const text = [5, 'x', [1, 2], { y: { m: [2] } }].map((data) => json(data, 'value')).join('');
    expect(
      (await rowsIn(text)).map(({ map, kind, field, value, text: said }) => [map, kind, field, value ?? said]),
    ).toEqual([
      ['', 'value', undefined, 5],
      ['', 'value', undefined, 'x'],
      ['', 'value', '0', 1],
      ['', 'value', '1', 2],
      ['', 'value', 'y.m.0', 2],
    ]);
  });

  it('is read if JSON keys have lost their blanks', async () => {
    const key = '\nread+1\noperatornew(unsignedlong,int)+2\n,\nmain+3\n,sh,12';
    expect((await rowsIn(json({ '@': { [key]: 5 } })))[0]?.['key']).toBe(
      'read+1;operatornew(unsignedlong,int)+2, main+3, sh, 12',
    );
  });

  it('is read if bpftrace left out the quotes', async () => {
    expect(await rowsIn('{"type": "map", "data": {"@t": 19:04:52}}\n{"type": "value", "data": 10:00}\n')).toEqual([
      { map: '@t', kind: 'value', text: '19:04:52' },
      { map: '', kind: 'value', text: '10:00' },
    ]);
  });
});

describe('output of bpftrace that cannot be read', () => {
  it.each([
    ['an entry without its end', '@: 1\n@[\n    f+1\n    g+2\n', 3, '"@[", "    f+1", "    g+2"'],
    ['JSON that ends early', '{"type": "map", "data": {"@": 1}}\n{"type": "map", "data": {\n', 1, '"{\\"type\\": \\"map\\", \\"data\\": {"'],
    ['another type', '{"type": "map", "data": {"@": 1}}\n{"type": "new", "data": 5}\nnot JSON\n', 2, '"{\\"type\\":\\"new\\",\\"data\\":5}", "not JSON"'],
  ])('%s is counted and quoted', async (_, text, lines, quotes) => {
    const { rows, warnings } = await decode(text);
    expect(rows).toHaveLength(1);
    expect(warnings).toEqual([
      `bpftrace: ${lines === 1 ? '1 line was' : `${lines} lines were`} left out: expected a map, a histogram, a time series or printed text, got ${quotes}`,
    ]);
  }); // prettier-ignore

  it('because it nests too deeply', async () => {
    const { rows, warnings } = await decode(
      `${json({ '@': 1 })}{"type": "map", "data": {"@": ${'['.repeat(200_000)}${']'.repeat(200_000)}}}\n`,
    );
    expect(rows).toHaveLength(1);
    expect(warnings[0]).toMatch(/^bpftrace: 1 line was left out/);
  });

  it('includes lost events and errors of bpftrace, as warnings', async () => {
    expect((await decode('Lost 12 events\n@: 1\nLost 3 events\n')).warnings[0]).toMatch(/^bpftrace lost 15 events/);
    const { warnings } = await decode(
      `${json({ '@': 1 })}${json({ events: 7 }, 'lost_events')}{"type": "runtime_error", "msg": "division by 0", "line": 1}\n`,
    );
    expect(warnings).toEqual([
      'bpftrace lost 7 events: counts and histograms are too small',
      'bpftrace wrote: "division by 0"',
    ]);
  });

  it.each(['# A title\n\nSome words: and more.\n', 'x\0y', '', '@nothing here\n'])('%j is refused', async (text) => {
    await expect(decode(text)).rejects.toThrow('bpftrace: expected a map');
  });
});

describe('a key over several lines', () => {
  it('keeps a line that is neither a frame nor part of the key', async () => {
    const { rows } = await decode('@byStack[\n    f+1\n    g+2\nodd line\n, bpftrace]: 1\n');
    expect(rows).toMatchObject([{ map: '@byStack', key: 'f+1;g+2, odd line, bpftrace', value: 1 }]);
  });
});
