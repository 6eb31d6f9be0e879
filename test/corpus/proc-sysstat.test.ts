import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rates } from '../../src/lib/columns/rate.ts';
import { corpus } from '../corpus.ts';
import { decode, rowsOf, type Row } from '../decode.ts';

const folder = corpus('sysstat');
const roots = ['root1', 'root2', 'root3', 'root4'].map((root) => join(folder ?? '', root));
const text = (name: string): string => readFileSync(join(folder ?? '', `expected.${name}.txt`), 'utf8');

/** mpstat's columns as differences of ours; user and nice of /proc/stat include guest time. */
const CPU: Record<string, (row: Row) => number> = {
  '%usr': (row) => Number(row['user']) - Number(row['guest']),
  '%nice': (row) => Number(row['nice']) - Number(row['guestNice']),
  '%sys': (row) => Number(row['system']),
  '%iowait': (row) => Number(row['iowait']),
  '%irq': (row) => Number(row['irq']),
  '%soft': (row) => Number(row['softirq']),
  '%steal': (row) => Number(row['steal']),
  '%guest': (row) => Number(row['guest']),
  '%gnice': (row) => Number(row['guestNice']),
  '%idle': (row) => Number(row['idle']),
};

const total = (row: Row): number => Object.values(CPU).reduce((sum, of) => sum + of(row), 0);

/** The rates of a source over the trees, one sample per tree; absent while a CPU was offline. */
const ratesOf = async (source: string): Promise<Row[]> => rowsOf(rates((await decode(source, roots)).table));

/** Tables as sysstat prints them: a heading, then lines with the same number of words. */
const tables = (printed: string): { head: string[]; rows: string[][] }[] =>
  printed
    .split(/\n\s*\n/)
    .map((block) =>
      block
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => line.trim().split(/\s+/)),
    )
    .filter((lines) => lines.length > 1)
    .map(([head = [], ...rows]) => ({ head, rows }));

describe.skipIf(folder === undefined)("sysstat's test trees of /proc give the output of its tools:", () => {
  it('mpstat: shares of CPU time by CPU and state', async () => {
    const rows = await ratesOf('proc.stat');
    const printed = tables(text('mpstat-T')).filter(
      ({ head }) => head.includes('%usr') && !head[0]?.startsWith('Average'),
    );
    let compared = 0;
    for (const [interval, { head, rows: lines }] of printed.entries()) {
      for (const line of lines) {
        const cpu = line[1] ?? '';
        // "all" is the sum of the CPUs in both samples, not the first line of the file.
        const own = rows.filter(
          (row) => row['t'] === interval && (cpu === 'all' ? row['cpu'] !== 'all' : row['cpu'] === cpu),
        );
        const shares = Object.entries(CPU).map(([name, of]) => {
          const sum = own.reduce((all, row) => all + of(row), 0);
          const whole = own.reduce((all, row) => all + total(row), 0);
          return [name, whole === 0 ? NaN : (100 * sum) / whole] as const;
        });
        if (shares.some(([, share]) => Number.isNaN(share))) continue;
        for (const [name, share] of shares) {
          const value = Number(line[line.length - (head.length - head.indexOf(name))]);
          expect(Math.abs(share - value), `${cpu} ${name} in interval ${interval}`).toBeLessThanOrEqual(0.02);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThanOrEqual(100);
  });

  it('iostat: kilobytes by device', async () => {
    const rows = await ratesOf('proc.diskstats');
    const printed = tables(text('iostat'))
      .filter(({ head }) => head[0] === 'Device')
      .slice(1);
    let compared = 0;
    for (const [interval, { head, rows: lines }] of printed.entries()) {
      for (const line of lines) {
        const row = rows.find((each) => each['t'] === interval && each['device'] === line[0]);
        // iostat prints under sdd what sdb, which was removed, had read since boot.
        if (row === undefined || line[0] === 'sdd') continue;
        for (const [name, column] of Object.entries({ kB_read: 'read', kB_wrtn: 'written', kB_dscd: 'discarded' })) {
          const ours = Number(row[column] ?? NaN) / 1024;
          if (Number.isNaN(ours)) continue;
          expect(Math.floor(ours), `${String(line[0])} ${name}`).toBe(Number(line[head.indexOf(name)]));
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(5);
  });

  it('pidstat: milliseconds of CPU and page faults by process', async () => {
    const rows = (await ratesOf('proc.pid.stat')).filter((row) => row['t'] === 0);
    const blocks = tables(text('pidstat-I'));
    const check = (column: string, ours: (row: Row) => number): number => {
      const { head, rows: lines } = blocks.find(({ head: names }) => names.includes(column)) ?? { head: [], rows: [] };
      const known = lines.filter((line) => rows.some((row) => String(row['pid']) === line[2]));
      for (const line of known) {
        const row = rows.find((each) => String(each['pid']) === line[2]) ?? {};
        expect(Math.round(ours(row)), `${column} of ${String(line[2])}`).toBe(Number(line[head.indexOf(column)]));
      }
      return known.length;
    };
    expect(check('usr-ms', (row) => Number(row['utime']) * 1000)).toBeGreaterThan(0);
    expect(check('system-ms', (row) => Number(row['stime']) * 1000)).toBeGreaterThan(0);
    expect(check('minflt-nr', (row) => Number(row['minflt']))).toBeGreaterThan(1);
    expect(check('majflt-nr', (row) => Number(row['majflt']))).toBeGreaterThan(1);
  });

  it('sar -q PSI: averages of pressure', async () => {
    const [first = ''] = roots;
    for (const [letter, resource] of Object.entries({ cpu: 'cpu', io: 'io', mem: 'memory' })) {
      const { rows } = await decode(`proc.pressure.${resource}`, [first]);
      for (const kind of resource === 'cpu' ? ['some'] : ['some', 'full']) {
        const row = rows.find((each) => each['kind'] === kind);
        const name = `%${kind.slice(0, 1)}${letter}`;
        const { head, rows: lines } = tables(text('sar-qPSI')).find((table) => table.head.includes(`${name}-10`)) ?? {};
        for (const over of ['10', '60', '300'])
          expect(Number(row?.[`avg${over}`]) * 100, `${name}-${over}`).toBeCloseTo(
            Number(lines?.[0]?.[head?.indexOf(`${name}-${over}`) ?? -1]),
            2,
          );
      }
    }
  });

  it('reads every network interface of every tree', async () => {
    const { rows, warnings } = await decode('proc.net.dev', roots);
    expect(warnings).toEqual([]);
    expect(new Set(rows.map(({ interface: name }) => name)).size).toBeGreaterThan(1);
  });
});
