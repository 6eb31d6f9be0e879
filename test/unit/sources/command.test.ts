import { describe, expect, it } from 'vitest';
import { isValid, valueAt, type Table } from '../../../src/lib/columns/column.ts';
import { FridayError } from '../../../src/lib/errors.ts';
import { readPrinted, type Format } from '../../../src/lib/sources/command/read.ts';

const rowsOf = ({ size, data }: Table): Record<string, unknown>[] =>
  Array.from({ length: size }, (_, i) =>
    Object.fromEntries(
      Object.entries(data).flatMap(([name, column]) =>
        isValid(column.valid, i) ? [[name, valueAt(column, i)] as const] : [],
      ),
    ),
  );
const read = (text: string, as: Format) => {
  const { table, warnings } = readPrinted(text, as);
  return { rows: rowsOf(table), names: Object.keys(table.data), warnings };
};

const DF = `Filesystem              1K-blocks     Used Available Use% Mounted on
devtmpfs                 12334492        0  12334492   0% /dev
/dev/vda                264212084 14733416  80767848  16% /
`;
const PS = `USER         PID %CPU %MEM    VSZ   RSS COMMAND
root           1  0.7  0.0  48120 17876 /sbin/init --log 2
a-very-long-user 4711 99.9 10.0 123456789 1234567 node  x.js
`;
const SS = `State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
LISTEN 0      128          0.0.0.0:2024      0.0.0.0:*    users:(("sshd",pid=7,fd=3))
ESTAB  0      0            10.0.0.1:2024     10.0.0.2:40000
`;
const FREE = `               total        used        free
Mem:        24684092     1200800    22071720
Swap:              0           0           0
`;
const VMSTAT = `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st
 3  0      0 22071720  26264 1694240    0    0   700   870  587 3213 54 11 35  1  0
10  0      0 22071720  26264 1694240    0    0   404     4  799 4419 77 16  7  0  0
`;

describe('columns', () => {
  it('of df: a title with a blank is one title, sizes are numbers, shares are text', () => {
    const { rows, names } = read(DF, 'columns');
    expect(names).toEqual(['Filesystem', '1K-blocks', 'Used', 'Available', 'Use%', 'Mounted on']);
    expect(rows[1]).toEqual({ Filesystem: '/dev/vda', '1K-blocks': 264_212_084, Used: 14_733_416, Available: 80_767_848, 'Use%': '16%', 'Mounted on': '/' }); // prettier-ignore
  });
  it('of ps: wide cells push the others to the right, and the command line keeps its blanks', () => {
    const { rows } = read(PS, 'columns');
    expect(rows).toEqual([
      { USER: 'root', PID: 1, '%CPU': 0.7, '%MEM': 0, VSZ: 48_120, RSS: 17_876, COMMAND: '/sbin/init --log 2' },
      { USER: 'a-very-long-user', PID: 4711, '%CPU': 99.9, '%MEM': 10, VSZ: 123_456_789, RSS: 1_234_567, COMMAND: 'node  x.js' }, // prettier-ignore
    ]);
  });
  it('of ss: its last title stands without a blank, and not every socket has a process', () => {
    const { rows } = read(SS, 'columns');
    expect(rows[0]).toMatchObject({ 'Local Address:Port': '0.0.0.0:2024', 'Peer Address:Port': '0.0.0.0:*', Process: 'users:(("sshd",pid=7,fd=3))' }); // prettier-ignore
    expect(rows[1]).toEqual({ State: 'ESTAB', 'Recv-Q': 0, 'Send-Q': 0, 'Local Address:Port': '10.0.0.1:2024', 'Peer Address:Port': '10.0.0.2:40000' }); // prettier-ignore
  });
  it('of free: the first column has no title, and cells may be absent', () => {
    const text = FREE.replace(/ {11}0\n$/, '\n');
    expect(read(text, 'columns').rows).toEqual([
      { column1: 'Mem:', total: 24_684_092, used: 1_200_800, free: 22_071_720 },
      { column1: 'Swap:', total: 0, used: 0 },
    ]);
  });
  it('of vmstat: the line of groups above the titles, repeated every screen, is no row', () => {
    const { rows, names } = read(`${VMSTAT}${VMSTAT}`, 'columns');
    expect(names.join(' ')).toBe('r b swpd free buff cache si so bi bo in cs us sy id wa st');
    expect(rows.map(({ us }) => us)).toEqual([54, 77, 54, 77]);
  });
  it('end at the first empty line, and say what is left out', () => {
    expect(read('A  B\n1  2\n\n2 units listed.\n', 'columns')).toEqual({
      rows: [{ A: 1, B: 2 }],
      names: ['A', 'B'],
      warnings: ['1 lines after the first empty line: the table ends there'],
    });
  });
  it('of nothing are no columns', () => {
    expect(read('\n', 'columns')).toEqual({ rows: [], names: [], warnings: [] });
  });
});

describe('json', () => {
  it('a list of objects is a row each, nested fields have the path as name, null is absent', () => {
    const text = '[{"a":1,"o":{"x":"y","deep":{"n":2}},"l":[1,2],"n":null,"b":true},{"a":2.5}]';
    expect(read(text, 'json').rows).toEqual([{ a: 1, 'o.x': 'y', 'o.deep.n': 2, l: '[1,2]', b: 'true' }, { a: 2.5 }]);
  });
  it("an object is one row, an object's only list is the table, lines of objects are rows", () => {
    expect(read('{"a": 1, "b": []}', 'json').rows).toEqual([{ a: 1, b: '[]' }]);
    expect(read('{"blockdevices": [{"name":"vda"},{"name":"vdb"}]}', 'json').rows).toEqual([
      { name: 'vda' },
      { name: 'vdb' },
    ]);
    const { rows, warnings } = read('{"a":1}\nwarning: x\n{"a":2}\n', 'json');
    expect(rows).toEqual([{ a: 1 }, { a: 2 }]);
    expect(warnings).toEqual(['1 lines are not JSON and were left out']);
  });
  it('numbers beyond 2 ** 53 keep their digits as text; a column of numbers and texts is text', () => {
    expect(read('[{"id":18446744073709551615},{"id":7}]', 'json').rows).toEqual([
      { id: '18446744073709551615' },
      { id: '7' },
    ]);
  });
  it('what is none is refused with its first words, and no output is no rows', () => {
    expect(() => read('usage: tc [ OPTIONS ]\n', 'json')).toThrow(FridayError);
    expect(() => read('usage: tc [ OPTIONS ]\n', 'json')).toThrow(/expected JSON, got "usage: tc/);
    expect(read('', 'json').rows).toEqual([]);
  });
  it('takes any name of a field', () => {
    expect(read('[{"__proto__":1,"constructor":2,"":3}]', 'json').names).toEqual([
      '__proto__',
      'constructor',
      'column3',
    ]);
  });
});

describe('csv', () => {
  it('has quoted fields with separators, quotes and line ends; empty fields are absent', () => {
    const { rows } = read('name,n,text\r\na,1,"x, ""y""\nz"\r\n"b",,\r\n', 'csv');
    expect(rows).toEqual([{ name: 'a', n: 1, text: 'x, "y"\nz' }, { name: 'b' }]);
  });
  it('may be separated by semicolons or tabs; numbers with leading zeros are names', () => {
    expect(read('a;b\n007;1.5\n', 'csv').rows).toEqual([{ a: '007', b: 1.5 }]);
    expect(read('a\tb\nx\t-3e2\n', 'csv').rows).toEqual([{ a: 'x', b: -300 }]);
  });
  it('says how many rows have another number of fields', () => {
    const { rows, warnings } = read('a,b\n1\n1,2,3\n', 'csv');
    expect(rows).toEqual([{ a: 1 }, { a: 1, b: 2, column3: 3 }]);
    expect(warnings).toEqual(['2 of 2 rows have another number of fields than the header (2)']);
  });
});

describe('text', () => {
  it('is a row for each line, empty ones too', () => {
    expect(read('a\r\n\nb\n', 'text').rows).toEqual([{ line: 'a' }, { line: '' }, { line: 'b' }]);
  });
});

describe('hostile output', () => {
  it('of random characters is read as every format without an end or an exception of another kind', () => {
    const characters = ' \t\n\r",;|{}[]:-0123456789abc\u0000\u001b\u202e"'.split('');
    let seed = 7;
    const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31);
    for (let i = 0; i < 400; i++) {
      const text = Array.from({ length: next() % 400 }, () => characters[next() % characters.length]).join('');
      for (const as of ['text', 'json', 'csv', 'columns'] as const)
        try {
          const { table } = readPrinted(text, as);
          for (const column of Object.values(table.data))
            expect(column.kind === 'number' ? column.values.length : column.codes.length).toBeGreaterThanOrEqual(table.size); // prettier-ignore
        } catch (error) {
          expect(error).toBeInstanceOf(FridayError);
        }
    }
  });
});
