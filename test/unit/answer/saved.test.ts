import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Field,
  Int64,
  Schema,
  Table as ArrowTable,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  vectorFromArray,
} from 'apache-arrow';
import { afterAll, describe, expect, test } from 'vitest';
import { answerFrom, tableOf } from '../../../src/lib/answer/answer.ts';
import type { Answer, How } from '../../../src/lib/api.ts';
import { docFromText, docText } from '../../../src/lib/columns/arrow-docs.ts';
import { valueAt, type ColumnData, type ColumnDoc, type Table } from '../../../src/lib/columns/column.ts';
import { growTable } from '../../../src/lib/columns/grow.ts';
import { takeRows } from '../../../src/lib/columns/take.ts';
import { connect, openAnswer, openProfile } from '../../../src/lib/index.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { questions } from '../../../src/lib/questions/list.ts';
import { sources } from '../../../src/lib/sources/list.ts';
import { integersFrom } from '../../random.ts';
import { HOW, requests } from './given.ts';

const folder = mkdtempSync(join(tmpdir(), 'fbf-saved-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
const savedAndOpened = async (answer: Answer): Promise<Answer> => {
  const file = join(folder, `${String(files++)}.arrow`);
  await answer.write(file);
  return openAnswer(file);
};

/** Everything in an answer: rows by column with exact digits, docs and provenance. */
const contentOf = (answer: Answer): unknown => {
  const { size, data, docs } = tableOf(answer);
  const exact = (column: ColumnData, i: number): unknown => {
    const value = valueAt(column, i);
    return value === undefined || column.kind === 'text' ? value : (column.exact?.[i] ?? value);
  };
  const columns = Object.entries(data).map(([name, column]) => [
    name,
    column.kind,
    Array.from({ length: size }, (_, i) => exact(column, i)),
  ]);
  return { size, columns, docs, how: answer.how, say: answer.say };
};

type Draw = (below: number) => number;

const EVERY_PART: ColumnDoc = {
  unit: 's',
  doc: 'Bücher, "quotes", ünïcode 漢字.',
  clock: 'boottime',
  key: true,
  counter: true,
  wrap: 512 * 2 ** 32,
  span: true,
  high: 'below',
  within: ['turn', 'pause'],
  ref: 'cgroup',
  title: '1-minute load',
};

/** A column declaration with a random selection of its possible parts. */
const someDoc = (draw: Draw, unit: string): ColumnDoc => ({
  ...(Object.fromEntries(Object.entries(EVERY_PART).filter(() => draw(3) === 0)) as object),
  unit,
  doc: EVERY_PART.doc.slice(0, draw(12)),
});

const TEXTS = ['', 'a', 'ä', 'null', '\u0000', 'a,"b"\n', 'constructor', '😀', 'x'.repeat(300)];
const NUMBERS = [0, 1, 255, 256, -1, 65_536, 2 ** 31, 2 ** 40, 0.1, -0.5, 1e-300, 1e300, Infinity, -Infinity, 2 ** 53];

const someTable = (draw: Draw): Table => {
  const names = ['t', 'name', '__proto__', 'constructor', 'turn.busy', 'größe', 'a b'].filter(() => draw(3) > 0);
  const kinds = names.map(() => (draw(2) === 0 ? 'text' : 'number'));
  const docs = Object.fromEntries(names.map((name, i) => [name, someDoc(draw, kinds[i] === 'text' ? '' : 's')]));
  const grower = growTable(docs);
  const size = draw(4) === 0 ? 0 : draw(70);
  const values = kinds.map((kind) => (kind === 'text' ? TEXTS.slice(draw(9)) : NUMBERS.slice(draw(15))));
  for (let row = 0; row < size; row++) {
    const cells = names.map((name, i) => [name, draw(5) === 0 ? undefined : values[i]?.[draw(values[i].length)]]);
    grower.push(Object.fromEntries(cells) as Record<string, number | string>);
  }
  const table = grower.table();
  if (size === 0 || draw(2) === 0) return table;
  return takeRows(
    table,
    Uint32Array.from({ length: draw(size) + 1 }, () => draw(size)),
  );
};

const someHow = (draw: Draw): How => ({
  ...HOW,
  grain: (['events', 'histogram', 'totals'] as const)[draw(3)] ?? 'events',
  ...(draw(2) === 0 ? { cut: 'Cut after 11 of 30 s: the host stopped answering.' } : {}),
  cannotSee: Array.from({ length: draw(4) }, (_, i) => `thing ${String(i)}`),
  from: draw(3) === 0 ? new Date(NaN) : new Date(draw(2 ** 31) * 1000),
  clockError: draw(3) === 0 ? Infinity : draw(1000) / 1e6,
  coverage: draw(100) / 99,
  overhead: { ...HOW.overhead, ...(draw(2) === 0 ? { calibration: 'not calibrated: no cat' } : {}) },
});

test.each(Array.from({ length: 150 }, (_, seed) => [seed]))(
  'a random answer is the same after writing and opening it (seed %i)',
  async (seed) => {
    const draw = integersFrom(seed * 7919 + 1);
    const answer = answerFrom(someTable(draw), someHow(draw), { say: `Seed ${String(seed)}.` });
    expect(contentOf(await savedAndOpened(answer))).toEqual(contentOf(answer));
  },
);

test.each([
  ['perl reading /proc', { tool: '/proc', reader: 'perl' }],
  ['ftrace', { tool: 'ftrace', reader: '' }],
])('an answer that an older version saved, by %s, has a tool and a reader', async (tool, expected) => {
  await requests().write(join(folder, 'new.arrow'));
  const { schema, batches } = tableFromIPC(readFileSync(join(folder, 'new.arrow')));
  const saved = JSON.parse(schema.metadata.get('fast-by-friday') ?? '') as { how: Partial<How> };
  const { reader: _, ...how } = saved.how;
  const older = new Map([['fast-by-friday', JSON.stringify({ ...saved, how: { ...how, tool } })]]);
  const file = join(folder, 'old.arrow');
  writeFileSync(file, tableToIPC(new ArrowTable(new Schema(schema.fields, older), batches), 'file'));
  expect((await openAnswer(file)).how).toEqual({ ...HOW, ...expected });
});

test('every part of a declaration survives as text', () => {
  expect(docFromText(docText(EVERY_PART))).toEqual(EVERY_PART);
});

test('counters above 2^53 keep every digit, and their rates equal those of the written answer', async () => {
  const exact = BigUint64Array.from([2n ** 63n + 1n, 2n ** 63n + 4n, 2n ** 64n - 1n]);
  const docs = {
    t: { unit: 's', doc: 'When.', clock: 'monotonic' },
    bytes: { unit: 'B', doc: 'Sent.', counter: true },
  } as const satisfies Record<string, ColumnDoc>;
  const answer = answerFrom<{ t: number; bytes: number }>(
    {
      size: 3,
      docs,
      data: {
        t: { kind: 'number', values: Float64Array.of(0, 1, 2) },
        bytes: { kind: 'number', values: Float64Array.from(exact, Number), exact },
      },
    },
    HOW,
  );
  const opened = await savedAndOpened(answer);
  expect(contentOf(opened)).toEqual(contentOf(answer));
  expect(opened.rate().rows()).toEqual(answer.rate().rows());
  expect(answer.rate().rows()[0]).toMatchObject({ bytes: 3 });
});

describe('a recording', () => {
  const names = [...sources, ...questions].map(({ name }) => name);

  test('every question and source is the same after writing and opening it, also after verbs', async () => {
    const host = await connect(`recording:${join(packageRoot, 'fixtures', 'disk-bound')}`);
    const answers = (await host.ask(
      Object.fromEntries(names.map((name) => [name, name])) as never,
    )) as unknown as Readonly<Record<string, Answer>>;
    await host.close();
    for (const [name, answer] of Object.entries(answers)) {
      const opened = await savedAndOpened(answer);
      expect(contentOf(opened), name).toEqual(contentOf(answer));
      expect(opened.rate().rows(), name).toEqual(answer.rate().rows());
    }
  });
});

test('an opened profile shows its flame graph again, and holds only the stacks of its rows', async () => {
  const script = (comm: string, t: number, frame: string): string =>
    `${comm} 7/7 [000] ${t.toFixed(6)}: 10 cycles: \n\t55d000001000 ${frame}+0x1 (/bin/a)\n\n`;
  writeFileSync(join(folder, 'p.txt'), [script('web', 1, 'served'), script('batch', 2, 'sorted')].join(''));
  const profile = await openProfile(join(folder, 'p.txt'));
  const opened = await savedAndOpened(profile);
  expect(contentOf(opened)).toEqual(contentOf(profile));
  const shown = (answer: Answer): Promise<Record<string, unknown>> =>
    (answer as unknown as Record<symbol, () => Promise<Record<string, unknown>>>)[Symbol.for('Jupyter.display')]!();
  expect(Object.keys(await shown(opened))).toEqual(Object.keys(await shown(profile)));
  const file = join(folder, 'web.arrow');
  await profile.filter((d) => d.comm === 'web').write(file);
  expect(readFileSync(file).includes('sorted')).toBe(false);
});

test('units, docs and provenance are in the Arrow metadata of fields and schema, where other programs look', async () => {
  const file = join(folder, 'meta.arrow');
  await requests().write(file);
  const { schema } = tableFromIPC(readFileSync(file));
  expect(Object.fromEntries(schema.fields[1]!.metadata)).toEqual({
    unit: 's',
    doc: 'How long the caller waited.',
    span: 'true',
  });
  const saved = JSON.parse(schema.metadata.get('fast-by-friday') ?? '') as { how: Record<string, unknown> };
  expect(saved.how).toMatchObject({ host: 'web1', tool: 'ftrace', from: '2026-11-23T09:00:00.000Z', coverage: 1 });
});

describe('openAnswer refuses files that are not answers', () => {
  const made = (name: string, content: string | Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const arrow = async (): Promise<Uint8Array> => {
    await requests().write(join(folder, 'whole.arrow'));
    return readFileSync(join(folder, 'whole.arrow'));
  };
  const withMetadata = (text: string): Uint8Array => {
    const { schema, batches } = tableFromArrays({ t: Float64Array.of(1) });
    const own = new Schema(schema.fields, new Map([['fast-by-friday', text]]));
    return tableToIPC(new ArrowTable(own, batches), 'file');
  };

  test.each<readonly [string, () => string | Promise<string>, RegExp]>([
    [
      'a file that does not exist',
      () => join(folder, 'none.arrow'),
      /none\.arrow, which does not exist\nGive a file that/,
    ],
    ['a folder', () => folder, /which is a folder/],
    ['an empty file', () => made('empty.arrow', ''), /which is not an Arrow file/],
    ['CSV', () => made('rows.csv', 't,latency\n0,1\n'), /which is not an Arrow file\n.*openProfile/],
    [
      'an Arrow file of another program',
      () => made('other.arrow', tableToIPC(tableFromArrays({ a: [1] }), 'file')),
      /which another program wrote/,
    ],
    [
      'an Arrow file that was cut',
      async () => made('cut.arrow', (await arrow()).subarray(0, 900)),
      /damaged or cut short/,
    ],
    ['damaged provenance', () => made('bad.arrow', withMetadata('{"format":1,')), /metadata that is damaged/],
    [
      'provenance with parts missing',
      () => made('part.arrow', withMetadata('{"format":1,"say":"x","how":{}}')),
      /metadata that is damaged/,
    ],
    [
      'a newer format',
      () => made('new.arrow', withMetadata('{"format":2}')),
      /expected an answer of format 1, got format 2/,
    ],
  ])('%s', async (_, file, said) => {
    await expect(openAnswer(await file())).rejects.toThrow(said);
  });
});

test('an answer rewritten by another program can be read: 64-bit integers, plain text, several record batches', async () => {
  await requests().write(join(folder, 'a.arrow'));
  const { schema, batches } = tableFromIPC(readFileSync(join(folder, 'a.arrow')));
  const fields = [...schema.fields, new Field('more', new Int64(), true)];
  const more = vectorFromArray([1n, null, 3n, 4n, 5n], new Int64());
  const columns = {
    ...Object.fromEntries(schema.fields.map((f, i) => [f.name, new ArrowTable(schema, batches).getChildAt(i)!])),
    more,
  };
  const wider = new ArrowTable(new Schema(fields, schema.metadata), columns);
  const twice = wider.concat(wider);
  writeFileSync(
    join(folder, 'b.arrow'),
    tableToIPC(new ArrowTable(new Schema(fields, schema.metadata), twice.batches), 'file'),
  );
  const opened = await openAnswer(join(folder, 'b.arrow'));
  expect(opened.size).toBe(10);
  expect(opened.rows().map((d) => d.more)).toEqual([1, undefined, 3, 4, 5, 1, undefined, 3, 4, 5]);
  expect(
    opened
      .rows()
      .map((d) => d.peer)
      .slice(5),
  ).toEqual(['a', 'b', 'a', undefined, 'b']);
});
