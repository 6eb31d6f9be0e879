import { describe, expect, it } from 'vitest';
import { valueAt, type Table } from '../../../src/lib/columns/column.ts';
import { readArrivals, type Arrivals } from '../../../src/lib/sources/bpftrace/arrivals.ts';
import { readOwnBpftrace } from '../../../src/lib/sources/bpftrace/own-output.ts';
import { printedText } from '../../../src/lib/sources/bpftrace/printed-text.ts';
import { pieceOf } from '../../../src/lib/sources/bpftrace/shaped-lines.ts';
import { damaged } from '../../hostile-text.ts';
import { pieces } from '../../pieces.ts';
import { numbersFrom } from '../../random.ts';

const rowsOf = ({ size, data }: Table): unknown[] =>
  Array.from({ length: size }, (_, i) => Object.entries(data).map(([name, column]) => [name, valueAt(column, i)]));

const PRINTED = '{"type": "printf", "data": ';
/** With another blank: no line of bpftrace, so its shape is never learned, and each line is parsed. */
const PARSED = '{"type":  "printf", "data": ';

const printed = (text: string): string => `${PRINTED}${JSON.stringify(`${text}\n`)}}\n`;
interface Options {
  readonly size?: number;
  readonly arrivals?: Arrivals;
}
const read = async (output: string | Buffer, { size = 1 << 16, arrivals = () => 0.5 }: Options = {}) => {
  const { tables, warnings, lost } = await readOwnBpftrace(pieces(Buffer.from(output), size), { program: 'BEGIN { printf("x"); }', arrivals }); // prettier-ignore
  const { table } = tables.get('lines') ?? {};
  return { columns: Object.keys(table?.data ?? {}), rows: table === undefined ? [] : rowsOf(table), warnings, lost };
};

/** Reads an output by shapes, and again by parsing each line. */
const both = async (output: Buffer, size: number) => {
  const parsed = Buffer.from(output.toString('latin1').replaceAll(PRINTED, PARSED), 'latin1');
  return { shaped: await read(output, { size }), parsed: await read(parsed, { size }) };
};

const NUMBERS = ['0', '7', '-1', '-0', '00', '-', '123456789', '1234567890', '999999999999999', '9007199254740991', '9007199254740993', '18446744073709551615', '-9223372036854775808', '123456789012345678901', '1.5', '1e3', 'null', '"5"', '{}', '[1]', ' 7', '7 ']; // prettier-ignore
const TEXTS = ['', 'sh', 'a b', 'kworker/0:1', 'Ünïcödé 漢字', '\\"', '\\\\', '\\n', '\\u0041', '", \\"pid\\": 5', '{', '\u007f', '\u2028', '__proto__']; // prettier-ignore

/** Lines of up to three formats with ordinary and extraordinary values. */
const linesFrom = (random: () => number): string => {
  const any = <T>(list: readonly T[], otherwise: T): T => list[Math.floor(random() * list.length)] ?? otherwise;
  const number = (): string =>
    random() < 0.9 ? String(Math.floor(random() * 10 ** Math.floor(random() * 15))) : any(NUMBERS, '');
  const text = (): string => (random() < 0.9 ? `comm${Math.floor(random() * 9)}` : any(TEXTS, ''));
  const formats = [
    () => `{"ts": ${number()}, "comm": "${text()}", "lat": ${number()}}`,
    () => `{"comm":"${text()}","n":${number()} }`,
    () => `{"lat": "${text()}", "__proto__": ${number()}, "7": ${number()}}`,
    () => `{"a": ${number()},\n "b": ${number()}}`,
  ];
  const used = formats.filter(() => random() < 0.5);
  return Array.from({ length: 5 + Math.floor(random() * 100) }, () => printed(any(used, () => 'text')())).join('');
};

describe('lines of one shape, which are read without being parsed', () => {
  it('give what parsing gives, whatever their values are, in pieces of any size', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = numbersFrom(seed);
      const { shaped, parsed } = await both(Buffer.from(linesFrom(random)), random() < 0.5 ? 1 << 16 : 1 + Math.floor(random() * 300)); // prettier-ignore
      expect(shaped, `seed ${seed}`).toEqual(parsed);
    }
  });
  it('give what parsing gives when bytes are damaged', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = numbersFrom(seed);
      const output = Buffer.from(damaged(Buffer.from(linesFrom(random)), random));
      const { shaped, parsed } = await both(output, 1 + Math.floor(random() * 3000));
      expect(shaped, `seed ${seed}`).toEqual(parsed);
    }
  });
  it('are all read by their shape but the first', () => {
    const line = printed('{"ts": 1000000001600, "comm": "a b", "lat": -7}');
    const text = printedText();
    text.learn(line.trimEnd());
    const bytes = Buffer.from(line.repeat(5000));
    expect(text.shaped(pieceOf(bytes, 0), 0, () => 0.5)).toBe(bytes.length);
    expect(text.size).toBe(5000);
  });
  it('round numbers beyond 2 ** 53 as the parser does', async () => {
    const random = numbersFrom(53);
    const numbers = Array.from({ length: 2000 }, () => Array.from({ length: 16 + Math.floor(random() * 5) }, () => 1 + Math.floor(random() * 9)).join('')); // prettier-ignore
    const { rows } = await read(numbers.map((each) => printed(`{"n": ${each}}`)).join(''));
    expect(rows).toEqual(numbers.map((each) => [['t', 0.5], ['n', Number(each)]])); // prettier-ignore
  });
  it('of several formats that take turns keep their order and their own fields', async () => {
    const lines = Array.from({ length: 9000 }, (_, i) => printed(i % 3 === 0 ? `{"a": ${i}}` : `{"b": ${i}, "c": "x${i % 5}"}`)); // prettier-ignore
    const { rows } = await read(lines.join(''));
    expect(rows).toEqual(Array.from({ length: 9000 }, (_, i) => i % 3 === 0 ? [['t', 0.5], ['a', i], ['b', undefined], ['c', undefined]] : [['t', 0.5], ['a', undefined], ['b', i], ['c', `x${i % 5}`]])); // prettier-ignore
  });
  it('have the time at which their own bytes arrived', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => printed(`{"a": ${i}}`));
    let offset = 0;
    const notes = lines.map((line, i) => {
      const note = `${offset} ${i / 4}\n`;
      offset += line.length;
      return note;
    });
    const { rows } = await read(lines.join(''), { size: 333, arrivals: readArrivals(notes.join('')) });
    expect(rows).toEqual(Array.from({ length: 50 }, (_, i) => [['t', i / 4], ['a', i]])); // prettier-ignore
  });
  it('with a control character, or cut in the middle, are left out as they are by the parser', async () => {
    const whole = printed('{"comm": "sh", "n": 1}').repeat(3);
    const { rows, warnings } = await read(`${whole}${whole.replace('sh', 's\u0001h')}${whole.slice(0, -20)}`);
    expect(rows).toHaveLength(7);
    expect(warnings).toEqual(['2 lines are cut or not from bpftrace and were left out']);
  });
  it('too long or with too many fields for a shape are parsed', async () => {
    const wide = Array.from({ length: 200 }, (_, i) => `"f${i}": ${i}`).join(', ');
    const long = `{"${'x'.repeat(9000)}": 1}`;
    const { rows } = await read(`${printed(`{${wide}}`)}${printed(long)}`.repeat(3));
    expect(rows).toHaveLength(6);
  });
});
