import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { valueAt, type Table } from '../../../src/lib/columns/column.ts';
import { readArrivals } from '../../../src/lib/sources/bpftrace/arrivals.ts';
import { readOwnBpftrace } from '../../../src/lib/sources/bpftrace/own-output.ts';
import { mapsOfProgram, printsLines } from '../../../src/lib/sources/bpftrace/program-maps.ts';

const rowsOf = ({ size, data }: Table): Record<string, unknown>[] =>
  Array.from({ length: size }, (_, i) =>
    Object.fromEntries(
      Object.entries(data).flatMap(([name, column]) => {
        const value = valueAt(column, i);
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
  );
const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/bpftrace/${name}`, import.meta.url), 'utf8');
const inPieces = async function* (text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
};
const read = async (program: string, output: string, arrivals = '0 0.500\n', size = 1 << 16) => {
  const { tables, lost, warnings } = await readOwnBpftrace(inPieces(output, size), {
    program,
    arrivals: readArrivals(arrivals),
  });
  return {
    lost,
    warnings,
    names: [...tables.keys()],
    rows: (name: string) => rowsOf(tables.get(name)?.table ?? { size: 0, data: {}, docs: {} }),
    table: (name: string) => tables.get(name),
  };
};
const map = (data: unknown, type = 'map'): string => `${JSON.stringify({ type, data })}\n`;

describe('the output of kinds.bt, recorded from bpftrace 0.17', () => {
  it('is a table for each map with typed columns', async () => {
    const { rows, names, warnings, lost } = await read(fixture('kinds.bt'), fixture('kinds.json'));
    expect(names).toContain('byStacks');
    expect(rows('number')).toEqual([{ value: 5 }]);
    expect(rows('tuple')).toEqual([{ value1: 1, value2: -2, value3: 'str', value4: '[4,5]' }]);
    expect(rows('two')).toEqual([
      { key1: 'a', key2: 1, value: 3 },
      { key1: 'b, c', key2: 2, value: 4 },
    ]);
    expect(rows('byName')).toEqual([
      { key: 'x', low: 4, high: 7, count: 1 },
      { key: 'y', low: 32, high: 63, count: 1 },
    ]);
    expect(rows('linear')).toEqual([
      { high: -1, count: 1 },
      { low: 0, high: 49, count: 0 },
      { low: 50, high: 99, count: 1 },
      { low: 100, count: 1 },
    ]);
    expect(rows('statsOf')).toEqual([{ key: 'z', count: 1, average: 7, total: 7 }]);
    expect(rows('byStack')).toEqual([
      { key: 'bpftrace', stack: '__bpf_prog_test_run_raw_tp_[k];_einittext_[k]', value: 1 },
    ]);
    expect(rows('byStacks')).toEqual([
      { key: 7, stack: 'syscall;__bpf_prog_test_run_raw_tp_[k];_einittext_[k]', value: 1 },
    ]);
    expect(rows('lines').map(({ line }) => line)).toEqual(['no newline, then one', '5', '[1,2,"x"]', 'text']);
    expect(warnings).toEqual(['1 keys of @two hold commas in a text, which also separate the parts of a key']);
    expect(lost).toBe(0);
  });

  it('is the same in pieces of any size', async () => {
    const whole = await read(fixture('kinds.bt'), fixture('kinds.json'));
    for (const size of [1, 7, 64]) {
      const pieces = await read(fixture('kinds.bt'), fixture('kinds.json'), '0 0.500\n', size);
      for (const name of whole.names) expect(pieces.rows(name)).toEqual(whole.rows(name));
    }
  });
});

describe('a map that is printed several times', () => {
  it('has the time of each print, by when its bytes arrived', async () => {
    const output = `${map({ '@n': 3 })}${map({ '@n': 4 })}${map({ '@n': 0 })}`;
    const second = map({ '@n': 3 }).length;
    const { rows } = await read('interval:s:1 { print(@n); clear(@n); }', output, `0 1.002\n${String(second)} 2.004\n${String(2 * second)} 2.500\n`); // prettier-ignore
    expect(rows('n')).toEqual([
      { t: 1.002, value: 3 },
      { t: 2.004, value: 4 },
      { t: 2.5, value: 0 },
    ]);
  });
});

describe('output as other versions write it', () => {
  it('0.12: objects on several lines', async () => {
    const output = '{"type": "attached_probes", "data": {"probes": 1}}\n{"type": "hist", "data": {\n  "@h": [\n      {"min": 2, "max": 3, "count": 1},\n      {"min": 4, "max": 7, "count": 0}\n    ]\n}}\n{"type": "map", "data": {\n  "@complex": {\n    "bpftrace,2": 5}\n}}\n'; // prettier-ignore
    const { rows } = await read('BEGIN { @complex[comm,2] = 5; @h = hist(2); }', output);
    expect(rows('complex')).toEqual([{ key1: 'bpftrace', key2: 2, value: 5 }]);
    expect(rows('h')).toEqual([
      { low: 2, high: 3, count: 1 },
      { low: 4, high: 7, count: 0 },
    ]);
  });
  it('before 0.21: bounds beyond 31 bits are printed as negative numbers', async () => {
    const buckets = [
      { min: 1_073_741_824, max: 2_147_483_647, count: 1 },
      { min: -2_147_483_648, max: -1, count: 2 },
    ];
    const { rows } = await read('BEGIN { @h = hist(1); }', map({ '@h': buckets }, 'hist'));
    expect(rows('h')[1]).toEqual({ low: 2_147_483_648, high: 4_294_967_295, count: 2 });
  });
  it('0.22 and 0.23: newlines in keys are escaped twice', async () => {
    const output = '{"type": "map", "data": {"@": {"\\\\n    vfs_read+1\\\\n    ksys_read+2\\\\n,cat": 4}}}\n';
    const { rows } = await read('kprobe:vfs_read { @[kstack, comm] = count(); }', output);
    expect(rows('map')).toEqual([{ key: 'cat', stack: 'ksys_read_[k];vfs_read_[k]', value: 4 }]);
  });
  it('since 0.22: time series, and records as values', async () => {
    const points = [{ interval_start: '12:00:00.500', value: 9 }];
    const { rows } = await read('BEGIN { @a = tseries(1, 1s, 5); @r = 1; }', `${map({ '@a': points }, 'tseries')}${map({ '@r': { x: 1, y: [2, 3] } })}`); // prettier-ignore
    expect(rows('a')).toEqual([{ time: '12:00:00.500', value: 9 }]);
    expect(rows('r')).toEqual([{ 'value.x': 1, 'value.y': '[2,3]' }]);
  });
  it('since 0.24: stacks without blanks, large numbers as text, and lost events without data', async () => {
    const output = `{"type":"attached_probes", "count":2}\n{"type":"lost_events", "count":17}\n${map({ '@': { '\nvfs_read+1\nksys_read+2\n,cat,7': '18446744073709551615' } })}`;
    const { rows, lost, warnings } = await read('kprobe:vfs_read { @[kstack, comm, pid] = sum(1); }', output);
    expect(rows('map')).toEqual([{ key1: 'cat', key2: 7, stack: 'ksys_read_[k];vfs_read_[k]', value: 2 ** 64 }]);
    expect([lost, warnings]).toEqual([17, ['bpftrace lost 17 events']]);
  });
  it('before 0.24: lost events with data, and words about errors', async () => {
    const output = '{"type": "lost_events", "data": {"events": 3}}\n{"type": "lost_events", "data": {"events": 4}}\n{"type": "helper_error", "msg": "map full", "helper": "map_update_elem", "retcode": -7, "line": 1, "col": 5}\n'; // prettier-ignore
    const { lost, warnings } = await read('BEGIN { @ = 1; }', output);
    expect(lost).toBe(7);
    expect(warnings).toEqual(['bpftrace lost 7 events', 'bpftrace wrote: "map full"']);
  });
});

describe('printed lines', () => {
  const printf = (text: string): string => `${JSON.stringify({ type: 'printf', data: text })}\n`;
  it('that are JSON objects have a column for each field; other lines stay lines', async () => {
    const output = [printf('{"pid": 7, "comm": "a b", "lat": 1.5}\n'), printf('Tracing\n'), printf('{"pid": 8, '), printf('"comm": "x"}\n')].join(''); // prettier-ignore
    const { rows, table } = await read('BEGIN { printf("x"); }', output);
    expect(rows('lines')).toEqual([
      { t: 0.5, pid: 7, comm: 'a b', lat: 1.5 },
      { t: 0.5, line: 'Tracing' },
      { t: 0.5, pid: 8, comm: 'x' },
    ]);
    expect(table('lines')?.grain).toBe('events');
  });
  it('keep a field t of their own', async () => {
    const { rows } = await read('BEGIN { printf("x"); }', printf('{"t": 12.5}\n'));
    expect(rows('lines')).toEqual([{ arrived: 0.5, t: 12.5 }]);
  });
  it('of time, join, cat and print are lines; the last one may lack its end', async () => {
    const output = `${JSON.stringify({ type: 'time', data: '12:00:00\n' })}\n${JSON.stringify({ type: 'join', data: 'ls -l' })}\n${JSON.stringify({ type: 'value', data: 5 })}\n${printf('end')}`;
    const { rows } = await read('BEGIN { time(); }', output);
    expect(rows('lines').map(({ line }) => line)).toEqual(['12:00:00', 'ls -l', '5', 'end']);
  });
});

describe('lines of one shape', () => {
  const printf = (text: string): string => `{"type": "printf", "data": ${JSON.stringify(text)}}\n`;
  it('are read without being parsed, and give what parsing gives', async () => {
    let seed = 11;
    const next = (most: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % most;
    const numbers = ['0', '-7', '123456789012345', '12345678901234567', '1.5', '-0', '1e3', 'null', 'true', '"12"'];
    const texts = ['', 'sh', 'a b', 'Ünïcödé 漢字', 'quote\\" and \\\\', 'tab\\t', 'x,"y":1'.replaceAll('"', '\\"'), '{"a": 5}'.replaceAll('"', '\\"')]; // prettier-ignore
    const lines = Array.from({ length: 3000 }, (_, i) => {
      const pid = next(20) === 0 ? (numbers[next(numbers.length)] ?? '') : String(next(99_999));
      const comm = next(5) === 0 ? (texts[next(texts.length)] ?? '') : `comm${String(next(30))}`;
      if (next(50) === 0) return `{"comm": "${comm}", "other": ${String(i)}}`;
      return `{"pid": ${pid}, "comm": "${comm}", "i": ${String(i)}}`;
    });
    for (const size of [1 << 16, 997]) {
      const { rows, warnings } = await read('BEGIN { printf("x"); }', lines.map((line) => printf(`${line}\n`)).join(''), '0 0.500\n', size); // prettier-ignore
      expect(warnings).toEqual([]);
      const parsed = lines.map((line) => {
        const { pid, ...others } = JSON.parse(line) as { pid?: number | string | boolean | null };
        // A column with numbers and texts holds texts; null is absent.
        return { t: 0.5, ...(pid === null || pid === undefined ? {} : { pid: String(pid) }), ...others };
      });
      expect(rows('lines')).toEqual(parsed);
    }
  });
  it('keep numbers as numbers and texts as texts', async () => {
    const output = Array.from({ length: 100 }, (_, i) => printf(`{"n": ${String(i - 50)}, "text": "${String(i)}"}\n`));
    const { rows } = await read('BEGIN { printf("x"); }', output.join(''));
    expect(rows('lines')).toEqual(Array.from({ length: 100 }, (_, i) => ({ t: 0.5, n: i - 50, text: String(i) })));
  });
});

describe('what is not printed or not understood', () => {
  it('a map of the program without entries is a table without rows, with the columns that its text promises', async () => {
    const { names, rows, table } = await read('kprobe:x { @lat[comm, pid] = hist(1); @n = count(); @s[kstack] = sum(2); printf("%d\\n", 1); }', ''); // prettier-ignore
    expect(names).toEqual(['lat', 'n', 's', 'lines']);
    expect(names.map((name) => rows(name).length)).toEqual([0, 0, 0, 0]);
    expect(Object.keys(table('lat')?.table.data ?? {})).toEqual(['key1', 'key2', 'low', 'high', 'count']);
    expect(Object.keys(table('s')?.table.data ?? {})).toEqual(['stack', 'value']);
    expect(table('n')?.table.data['value']?.kind).toBe('number');
  });
  it('cut and foreign lines are counted, and rows before them stay', async () => {
    const { rows, warnings } = await read(
      'BEGIN { @n = 1; }',
      `${map({ '@n': 1 })}garbage\n{"type": "map", "data": {"@n": `,
    );
    expect(rows('n')).toEqual([{ value: 1 }]);
    expect(warnings).toEqual(['2 lines are cut or not from bpftrace and were left out']);
  });
  it('hostile names of keys and maps are data', async () => {
    const output = '{"type": "map", "data": {"@__proto__": {"constructor,1": 2}, "@x": {"__proto__": 3}}}\n';
    const { rows } = await read('BEGIN { @__proto__[comm, pid] = 1; @x[comm] = 1; }', output);
    expect(rows('__proto__')).toEqual([{ key1: 'constructor', key2: 1, value: 2 }]);
    expect(rows('x')).toEqual([{ key: '__proto__', value: 3 }]);
  });
});

describe('the text of a program', () => {
  it('tells the maps, the parts of their keys and what makes their values', () => {
    const text = '// @no[1]\n/* @no2 */ BEGIN { printf("@no3[x]"); @start[tid, "a,]"] = nsecs; @ = hist(@start[tid, "a"]); @f[f(1, 2), $x[3]]++; print(@f); }'; // prettier-ignore
    expect([...mapsOfProgram(text).values()]).toEqual([
      { name: '@start', keys: ['tid', '"a,]"'], by: '' },
      { name: '@', keys: [], by: 'hist' },
      { name: '@f', keys: ['f(1, 2)', '$x[3]'], by: '' },
    ]);
    expect(printsLines(text)).toBe(true);
    expect(printsLines('interval:s:1 { print(@x); clear(@x); } // printf("x")')).toBe(false);
  });
});
