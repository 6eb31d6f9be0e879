import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../src/lib/bytes/bytes.ts';
import { valueAt, type Table } from '../../../src/lib/columns/column.ts';
import { exactAt } from '../../../src/lib/columns/exact.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { readFtrace, type Ftrace } from '../../../src/lib/sources/ftrace/read.ts';
import { integersFrom } from '../../random.ts';
import { capture, made } from './ftrace-pages.ts';

const folder = join(packageRoot, 'fixtures', 'ftrace');
const pages = readFileSync(join(folder, 'pages.ftrace'));

/** An event as the kernel prints it: its name, its base columns, and its fields by name. */
interface Printed {
  readonly name: string;
  readonly row: Readonly<Record<string, string>>;
}

const LINE = /^ *(.*?)-(\d+) +\( *(\d+|-+)\) \[(\d+)\] \S+ +([\d.]+): (\w+): (.*)$/;

/** The names of an event's fields, in the order in which they are printed. */
const names = new Map(
  readFtrace(bytesOf(pages)).events.map(({ event, table }) => [
    event.slice(event.indexOf(':') + 1),
    Object.keys(table.docs).slice(5).map((name) => name.replace(/^arg_/, '')), // prettier-ignore
  ]),
);

/** `a=0x1 (1) b=text c=(2)`: the number in parentheses, which is signed, else the text, which may look like a field. */
const printedFields = (event: string, text: string): Record<string, string> => {
  const fields = names.get(event) ?? [];
  const [, ...values] = new RegExp(fields.map((name) => `${name}=(.*)`).join(' ')).exec(text) ?? [];
  return Object.fromEntries<string>(
    values.map((said, i) => [fields[i] ?? '', /^(?:0x[0-9a-f]+ )?\((-?\d+)\)$/.exec(said)?.[1] ?? said]),
  );
};

const printed: readonly Printed[] = gunzipSync(readFileSync(join(folder, 'fields.txt.gz')))
  .toString('utf8')
  .split('\n')
  .flatMap((line) => {
    const [, comm = '', tid = '', pid = '', cpu = '', t = '', name, rest = ''] = LINE.exec(line) ?? [];
    return name === undefined ? [] : [{ name, row: { t, comm, tid, pid, cpu: String(Number(cpu)), ...Object.fromEntries(Object.entries(printedFields(name, rest)).map(([key, value]) => [`field ${key}`, value])) } }]; // prettier-ignore
  });

/** A cell as text, with all digits. */
const cell = (table: Table, name: string, row: number): string | undefined => {
  const column = table.data[name];
  if (column === undefined) return undefined;
  const exact = column.kind === 'number' ? exactAt(column, row) : undefined;
  return String(exact ?? valueAt(column, row));
};

/** The kernel prints 64-bit numbers as signed ones. */
const signed = (ours: string | undefined, theirs: string): string | undefined =>
  /^-\d+$/.test(theirs) && /^\d{19,20}$/.test(ours ?? '') ? String(BigInt.asIntN(64, BigInt(ours ?? ''))) : ours;

/** Everything that a reader gives, cell by cell. */
const told = ({ events, ...rest }: Ftrace): unknown => ({
  ...rest,
  events: events.map(({ event, table }) => ({
    event,
    docs: table.docs,
    rows: Array.from({ length: table.size }, (_, row) =>
      Object.entries(table.data).map(([name, column]) => [
        name,
        valueAt(column, row),
        column.kind === 'number' ? exactAt(column, row) : undefined,
      ]),
    ),
  })),
});

/** Reads by WASM, which the reader in TypeScript must agree with. */
const read = (bytes: Uint8Array, origin?: number): Ftrace => {
  const found = readFtrace(bytesOf(bytes), { origin });
  expect(told(readFtrace(bytesOf(bytes), { origin, wasm: false }))).toEqual(told(found));
  return found;
};

const sizes = ({ events }: Ftrace) => events.map(({ event, table }) => [event, table.size] as const);

const rowsOf = ({ events }: Ftrace, name = 'made:made') => {
  const table = events.find(({ event }) => event === name)?.table;
  return Array.from({ length: table?.size ?? 0 }, (_, row) =>
    Object.fromEntries(['t', 'cpu', 'tid', 'value'].map((each) => [each, valueAt(table!.data[each]!, row)])),
  );
};

/** An address of a function gets its symbol. */
const NOT_PRINTED = /^function$/;

describe('Ftrace pages', () => {
  it('give what the kernel prints of the same events, field by field', () => {
    const { events, lost, warnings } = read(pages, 0);
    expect([lost, warnings]).toEqual([[], []]);
    expect(events.length).toBeGreaterThan(7);
    let compared = 0;
    for (const { event, table } of events) {
      const theirs = printed.filter(({ name }) => event.endsWith(`:${name}`)).map(({ row }) => row);
      expect(table.size, event).toBe(theirs.length);
      theirs.forEach((row, i) => {
        expect((valueAt(table.data['t']!, i) as number).toFixed(6), `${event} ${i}`).toBe(row['t']);
        for (const name of ['comm', 'tid', 'pid', 'cpu'])
          if (!/^<\.\.\.>$|^-+$/.test(row[name]!))
            expect(cell(table, name, i), `${event} ${i} ${name}`).toBe(row[name]);
        for (const [key, value] of Object.entries(row)) {
          const name = key.slice('field '.length);
          if (!key.startsWith('field ') || NOT_PRINTED.test(name) || value.startsWith('(0x')) continue;
          const field = table.data[`arg_${name}`] === undefined ? name : `arg_${name}`;
          expect(signed(cell(table, field, i), value.trim()), `${event} ${i} ${name}`).toBe(value.trim());
          compared++;
        }
      });
    }
    expect(compared).toBeGreaterThan(3000);
  });

  it('keep all digits of 64-bit fields and the time in order', () => {
    const { events } = read(pages);
    const timers = events.find(({ event }) => event === 'timer:hrtimer_start')!.table;
    expect(exactAt(timers.data['hrtimer'] as never, 0)!.toString(16)).toMatch(/^ffff[0-9a-f]{12}$/);
    const { t } = timers.data;
    for (let i = 1; i < timers.size; i++) expect(valueAt(t!, i)).toBeGreaterThanOrEqual(valueAt(t!, i - 1) as number);
  });

  for (const little of [true, false])
    it(`have times by delta, extension and absolute stamp, and gaps (${little ? 'little' : 'big'}-endian)`, () => {
      const { page, event, extend, stamp, padding, data, words } = made(little);
      const value = (n: number): Uint8Array => data(7, 40 + n, words(n));
      const long = data(7, 45, new Uint8Array([...words(5), ...new Uint8Array(200)]));
      const bytes = capture(little, {
        0: [
          page(2n ** 40n, [
            event(0, value(1)),
            padding(3, 20),
            event(10, value(2)),
            extend(2 ** 30),
            event(1, value(3)),
          ]),
          page(2n ** 40n + 2n ** 31n, [stamp(2n ** 40n + 2n ** 32n + 5n), event(1, value(4)), event(0, long)]),
        ],
        1: [page(2n ** 40n + 5n, [event(2, value(6))])],
      });
      const found = read(bytes, 2 ** 40 / 1e9);
      expect(found.warnings).toEqual([]);
      expect(rowsOf(found).map(({ t, ...row }) => ({ ns: Math.round((t as number) * 1e9), ...row }))).toEqual([
        { ns: 0, cpu: 0, tid: 41, value: 1 },
        { ns: 7, cpu: 1, tid: 46, value: 6 },
        { ns: 13, cpu: 0, tid: 42, value: 2 },
        { ns: 2 ** 30 + 14, cpu: 0, tid: 43, value: 3 },
        { ns: 2 ** 32 + 6, cpu: 0, tid: 44, value: 4 },
        { ns: 2 ** 32 + 6, cpu: 0, tid: 45, value: 5 },
      ]);
    });

  it('report lost events by CPU', () => {
    const { page, event, data, words } = made(true);
    const one = page(5n, [event(1, data(7, 4, words(1)))], (1 << 31) | (1 << 30));
    const missed = [...one, ...words(9, 0)];
    const next = page(9n, [event(1, data(7, 4, words(2)))]);
    const stats = 'entries: 0\noverrun: 9\ncommit overrun: 0\ndropped events: 2\nread events: 2\n';
    const found = read(capture(true, { 3: [Uint8Array.from(missed), next] }, { 'per_cpu/cpu3/stats': stats, 'per_cpu/cpu4/stats': stats.replace('9', '0').replace('2', '0') })); // prettier-ignore
    expect(found.lost).toEqual([{ cpu: 3, events: 11 }]);
    expect(rowsOf(found).map(({ value }) => value)).toEqual([1, 2]);
    const cut = read(capture(true, { 3: [Uint8Array.from(missed), next] }));
    expect(cut.lost).toEqual([{ cpu: 3, events: 9 }]);
  });

  it('that are damaged give the rest, with a warning', () => {
    const { page, event, data, words } = made(true);
    const bytes = capture(true, {
      0: [page(5n, [event(1, data(7, 4, words(1))), event(1, data(99, 4, words(2))), words(28)])],
      1: [page(6n, [event(1, data(7, 4, words(3)))])],
    });
    const found = read(bytes);
    expect(rowsOf(found).map(({ value }) => value)).toEqual([1, 3]);
    expect(found.warnings.join('\n')).toMatch(/1 page ended within an event[^]*1 event of a kind without a format/);
  });

  it('end where the bytes end, and never fail on changed bytes', () => {
    const whole = read(pages).events.reduce((sum, { table }) => sum + table.size, 0);
    const next = integersFrom(7);
    for (let i = 0; i < 20; i++) {
      const cut = read(pages.subarray(0, next(pages.length)));
      expect(cut.events.reduce((sum, { table }) => sum + table.size, 0)).toBeLessThanOrEqual(whole);
      expect(cut.warnings.length).toBeGreaterThan(0);
      const changed = Uint8Array.from(pages);
      for (let j = 0; j < 40; j++) changed[next(changed.length)] = next(256);
      // Changed times may exceed what a float64 holds exactly: the order of rows is then open.
      const [quick, slow] = [true, false].map((wasm) => readFtrace(bytesOf(changed), { wasm }));
      expect(sizes(quick!)).toEqual(sizes(slow!));
      expect([quick!.lost, quick!.warnings]).toEqual([slow!.lost, slow!.warnings]);
      expect(sizes(quick!).reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(whole * 4);
    }
  });
});
