import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../src/lib/columns/column.ts';
import { FridayError } from '../../../src/lib/errors.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { perfScript } from '../../../src/lib/sources/perf-script/decoder.ts';
import { scannerForFold } from '../../../src/lib/sources/perf-script/fold.ts';
import { foldAnyScript } from '../../../src/lib/sources/perf-script/fold-any.ts';
import { profileOf } from '../../../src/lib/sources/perf-script/read.ts';
import { scannerForColumns } from '../../../src/lib/sources/perf-script/reader.ts';
import { readProfile } from '../../../src/lib/sources/profile-reader.ts';
import { hasWasm } from '../../../src/lib/bytes/wasm.ts';
import { rowsOf } from '../../decode.ts';
import type { Row } from '../../decode.ts';
import { pieces } from '../../pieces.ts';
import { scanIn } from '../../scripted.ts';

const folder = join(packageRoot, 'fixtures', 'perf-script');
const fixture = (name: string) => readFileSync(join(folder, `${name}.txt`));
const decode = async (text: string | Uint8Array) => {
  const { table, warnings } = await perfScript.decode(pieces(Buffer.from(text), 100));
  return { rows: rowsOf(table), warnings: warnings.map(({ say }) => say) };
};

/** The columns that the fields of -F fill; names of other options say what they change. */
const columnsOf: Readonly<Record<string, readonly string[]>> = {
  comm: ['comm'],
  pid: ['pid'],
  tid: ['tid'],
  time: ['t'],
  deltatime: [],
  event: ['event'],
  period: ['period'],
  ip: ['stack'],
  sym: [],
  dso: [],
  srcline: [],
  trace: ['detail'],
  misc: ['comm', 'tid', 't', 'event', 'period', 'stack'],
  ns: ['comm', 'tid', 'event', 'period', 'stack'],
  reltime: ['comm', 'tid', 't', 'event', 'period', 'stack'],
  'addr,weight': ['comm', 'tid', 't', 'event', 'stack'],
};
const lists = (kind: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.startsWith(`${kind}.`) && !file.includes('.default.'))
    .map((file) => file.slice(kind.length + 1, -'.txt'.length));
const filled = (list: string): readonly string[] =>
  list in columnsOf ? (columnsOf[list] ?? []) : list.split(',').flatMap((field) => columnsOf[field] ?? []);
const picked = (rows: readonly Row[], columns: readonly string[], named: boolean) =>
  rows.map((row) =>
    Object.fromEntries(
      columns.map((name) => [name, name === 'stack' && !named ? String(row['stack']).split(';').length : row[name]]),
    ),
  );

describe('text with a list of fields (-F) gives the same columns as the default text, except for fields that are left out', () => {
  it.each([
    ...lists('chains').map((list) => ['chains', list]),
    ...lists('addresses').map((list) => ['addresses', list]),
  ])('%s: %s', async (kind = '', list = '') => {
    const [wanted, got] = [await decode(fixture(`${kind}.default`)), await decode(fixture(`${kind}.${list}`))];
    const columns = filled(list);
    const named = list.includes('sym') || !list.includes('ip');
    // The default text has no pids; sh has one thread, so its tid is its pid.
    const told = wanted.rows.map((row) => ({ ...row, pid: row['tid'] }));
    expect(picked(got.rows, columns, named)).toEqual(picked(told, columns, named));
    const others = ['comm', 'pid', 'tid', 'event', 'stack'].filter((name) => !columns.includes(name));
    for (const row of got.rows) for (const name of others) expect(row[name], name).toBeUndefined();
    expect(got.warnings).toEqual([]);
  });

  it.each([...lists('chains'), 'default'].filter((list) => list !== 'comm,tid,time,event'))(
    '%s folds to its three stacks',
    (list) => {
      const script = scanIn(scannerForFold({}), fixture(`chains.${list}`), [100]);
      const folded = Array.from(foldAnyScript(script, {}), (piece) => Buffer.from(piece).toString()).join('');
      const named = list.includes('comm') || ['default', 'misc', 'ns', 'reltime'].includes(list);
      expect(folded.startsWith('sh;')).toBe(named);
      const depths = folded
        .trimEnd()
        .split('\n')
        .map((line) => line.split(';').length);
      expect(depths.sort()).toEqual(named ? [3, 4, 7] : [2, 3, 6]);
    },
  );

  it.each(lists('tracepoints'))('tracepoints: %s', async (list) => {
    const { rows, warnings } = await decode(fixture(`tracepoints.${list}`));
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row['detail']).toMatch(/^prev_comm=\S+ prev_pid=\d+ .* next_prio=\d+$/);
      for (const name of filled(list)) expect(row[name], name).toBeDefined();
    }
    expect(warnings).toEqual([]);
  });

  it.each([...lists('chains'), ...lists('addresses')].map((list) => [list]))('%s is recognised', async (list) => {
    for (const kind of ['chains', 'addresses'])
      if (lists(kind).includes(list)) {
        const profile = await readProfile(pieces(fixture(`${kind}.${list}`), 100));
        expect(profile.samples.size, kind).toBe(3);
      }
  });

  it.skipIf(!hasWasm()).each(readdirSync(folder))(
    '%s is read equally by the WASM scanner and the one in TypeScript',
    (file) => {
      const bytes = readFileSync(join(folder, file));
      const read = (wasm: boolean) => {
        const profile = profileOf(scanIn(scannerForColumns(false, wasm), bytes, [7, 100]), { details: true });
        const { size, data } = profile.samples;
        const rows = Array.from({ length: size }, (_, row) =>
          Object.values(data).map((column) => valueAt(column, row)),
        );
        return { rows, frames: profile.frames.names, warnings: profile.warnings };
      };
      expect(read(true)).toEqual(read(false));
    },
  );
});

describe('other fields', () => {
  it.each([
    ['VM: 4444 VCPU:001 qemu  12/13 [003] 5.1: 3 cycles: \n\t1 f (/x)\n', { comm: 'qemu', pid: 12, tid: 13, cpu: 3 }],
    ['sh 5 [001] U 2026-11-28 20:18:02.123456 7.5: 3 cycles: \n\t1 f (/x)\n', { comm: 'sh', tid: 5, cpu: 1 }],
    ['sh 5/6 U 7.5: 3 cycles: \n\t1 f (/x)\n', { comm: 'sh', pid: 5, tid: 6 }],
  ])('%j', async (text, wanted) => {
    expect((await decode(text)).rows).toMatchObject([{ ...wanted, event: 'cycles', period: 3, stack: 'f' }]);
  });
});

describe('branches of an instruction trace', () => {
  const read = () => decode(fixture('branches'));

  it('have their kind, source and target', async () => {
    const { rows } = await read();
    const branches = rows.filter(({ event }) => event === 'branches');
    expect(branches.map(({ flags, stack, target, targetAddress }) => [flags, stack, target, targetAddress])).toEqual([
      ['tr strt', '[unknown]', '_start', '0x7f12a4b01000'],
      ['call', 'main', 'handle(int, char)', '0x55d0c0de2000'],
      ['jcc', 'handle(int, char)', 'handle(int, char)', '0x55d0c0de2030'],
      ['tr end  syscall', 'write', undefined, '0x0'],
      ['tr strt jmp', '[unknown]', 'write', '0x7f12a4c0de12'],
      ['return', 'handle(int, char)', 'main', '0x55d0c0de1045'],
    ]);
  });

  it('that perf could not decode give rows and a warning', async () => {
    const { rows, warnings } = await read();
    expect(rows.filter(({ event }) => event === 'instruction trace error')).toMatchObject([
      { cpu: 2, pid: 7001, tid: 7001, detail: "Trace doesn't match instruction" },
      { detail: 'Lost trace data' },
    ]);
    for (const name of ['t', 'cpu', 'pid', 'tid']) expect(rows[5]?.[name], name).toBeUndefined();
    expect(rows[2]?.['t']).toBeCloseTo(149e-9, 12);
    expect(warnings).toEqual([
      `perf could not decode the trace in 2 places, where branches are missing: "Trace doesn't match instruction" (1), "Lost trace data" (1)`,
    ]);
  });
});

describe('text of simpleperf', () => {
  it('from report_sample.py gives threads, times and stacks', async () => {
    const text = [
      'app main\t3187 [005] 312.56811:\t\t250000 cpu-cycles:',
      '      7d31fa0a2c\tFoo::bar(int) (/system/lib64/libc.so)',
      '      7d31fa0a2d\tmain (/a b/x)',
      '',
      'app main\t3187 [005] 312.612345:\t\t250000 cpu-cycles:',
      '      7d31fa0a2c\tFoo::bar(int) (/system/lib64/libc.so)',
      '',
    ].join('\n');
    const { rows } = await decode(text);
    const thread = { comm: 'app main', tid: 3187, cpu: 5, event: 'cpu-cycles', period: 250_000 };
    expect(rows).toMatchObject([
      { ...thread, t: 0, stack: 'main;Foo::bar(int)' },
      { ...thread, stack: 'Foo::bar(int)' },
    ]);
    // Old NDKs print microseconds without leading zeros: 312.56811 is 312 s and 56,811 us.
    expect(rows[1]?.['t']).toBeCloseTo(0.555534, 9);
  });

  it('from report-sample is refused with the command that converts it', async () => {
    const text = 'sample:\n  event_type: cpu-clock:u\n  time: 1234567000\n  thread_id: 12\n  thread_name: a\n';
    const wanted = { kind: 'input', next: expect.stringContaining('report_sample.py -i perf.data') as string };
    await expect(decode(text)).rejects.toMatchObject(wanted);
    await expect(readProfile(pieces(Buffer.from(text), 100))).rejects.toMatchObject(wanted);
  });
});

describe('text of another kind is refused with its first line', () => {
  const meminfo = ['MemTotal:       24683656 kB', 'Cached:          1234567 kB', 'Dirty:              1234 kB'].join(
    '\n',
  );
  const interrupts =
    '           CPU0       CPU1\n 24:         12          0  ITS-MSI a\nNMI:          0          0   x\n';
  it.each([
    ['the README', readFileSync(join(packageRoot, 'README.md'), 'utf8')],
    ['meminfo', meminfo],
    ['interrupts', interrupts],
    ['kallsyms', 'ffffffff81000000 T _stext\nffffffff81000000 T _text\n'],
    [
      'prose with words that are hexadecimal numbers',
      'Section\n    add the thing\n    be face to face\n\nsee page 12 below:\n',
    ],
    ['source code', readFileSync(join(packageRoot, 'src/lib/sources/perf-script/read.ts'), 'utf8')],
    ['fields of a tracepoint alone (-F trace)', 'prev_comm=a prev_pid=1\nprev_comm=b prev_pid=2\n'],
  ])('%s', async (_, text) => {
    const error: unknown = await decode(text).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FridayError);
    expect(error).toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/got \d+ other lines, first "/) as string,
    });
  });

  it('but a single line between events is left out and counted', async () => {
    const { rows, warnings } = await decode(
      'sh 5 1.5: 3 cycles: \n\t1 f (/x)\nWarning: lost\n\nsh 5 1.6: 3 cycles: \n\t1 f (/x)\n',
    );
    expect(rows).toHaveLength(2);
    expect(warnings).toEqual([expect.stringMatching(/1 line was left out: .* got "Warning: lost"/)]);
  });
});

describe('times that are differences (--deltatime)', () => {
  const text = (times: readonly string[]): string =>
    times.map((time) => `sh  45     ${time}: cpu-clock: \n\t          1 f+0x0 (/x)\n\n`).join('');
  const times = (rows: readonly Row[]): number[] => rows.map(({ t }) => Number(Number(t).toFixed(9)));

  it('are added up, and a warning says so', async () => {
    const { rows, warnings } = await decode(
      text(['0.000000', '0.500000', '0.100000', '0.900000', '0.000001', '7.000000']),
    );
    expect(times(rows)).toEqual([0, 0.5, 0.6, 1.5, 1.500001, 8.500001]);
    expect(warnings).toEqual([
      expect.stringMatching(/differences to the sample before \(--deltatime\)\. t is their sum/),
    ]);
  });

  it.each([
    ['of samples in order', ['0.000000', '0.100000', '0.100000', '0.400000', '0.900000']],
    ['that start later', ['3.000000', '3.100000', '3.050000', '3.400000', '3.900000']],
    ['of too few samples', ['0.000000', '0.200000', '0.100000']],
    ['of two texts in one file', [...Array.from({ length: 20 }, (_, i) => `0.${100 + i}000`), '0.000000', '0.500000']],
  ])('are not what times %s are', async (_, printed) => {
    const { rows, warnings } = await decode(text(printed));
    const first = Math.min(...printed.map(Number));
    expect(times(rows)).toEqual(printed.map((time) => Number((Number(time) - first).toFixed(9))));
    expect(warnings).toEqual([]);
  });
});
