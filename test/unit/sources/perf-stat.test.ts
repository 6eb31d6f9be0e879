import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/lib/paths.ts';
import { perfStat } from '../../../src/lib/sources/perf-stat/decoder.ts';
import { rowsOf } from '../../decode.ts';
import type { Row } from '../../decode.ts';
import { pieces } from '../../pieces.ts';

const folder = join(packageRoot, 'fixtures', 'perf-stat');
const names = [...new Set(readdirSync(folder).map((file) => file.replace(/\.\w+$/, '')))];
const decode = async (text: string | Uint8Array) => {
  const { table, warnings } = await perfStat.decode(pieces(Buffer.from(text), 100));
  return { rows: rowsOf(table), warnings: warnings.map(({ say }) => say) };
};
const fixture = (name: string) => decode(readFileSync(join(folder, name)));
const TITLE = " Performance counter stats for 'x':\n\n";
const isCounter = ({ unit, event }: Row): boolean => unit !== 's' || !/time elapsed|user|sys/.test(String(event));
const picked = (rows: Row[], columns: readonly string[]) =>
  rows.filter(isCounter).map((row) => Object.fromEntries(columns.map((name) => [name, row[name]])));

describe('perf stat', () => {
  it.each(names.filter((name) => name !== 'table' && name !== 'summary'))(
    'gives the same counters per place in its three formats: %s',
    async (name) => {
      // The three files are from three runs: counts differ, and so does whether an interval counted anything.
      const columns = ['where', 'cpus', 'cgroup', 'event', 'unit'];
      const [text, csv, json] = await Promise.all(['txt', 'csv', 'json'].map((end) => fixture(`${name}.${end}`)));
      const places = (rows: Row[]) => [
        ...new Set(picked(rows, columns).map((row) => JSON.stringify(row).replace(/-\d{4,}"/, '"'))),
      ];
      expect(places(csv!.rows)).toEqual(places(text!.rows));
      expect(places(json!.rows)).toEqual(places(text!.rows));
      expect([...text!.warnings, ...csv!.warnings, ...json!.warnings]).toEqual([]);
    },
  );

  it.each([
    ['per-cpu.txt', 10, { where: 'CPU1', event: 'context-switches' }],
    ['per-core.csv', 10, { where: 'S0-D0-C1', cpus: 1, event: 'page-faults' }],
    ['per-socket.json', 5, { where: 'S0', cpus: 2, event: 'task-clock', unit: 'msec' }],
    ['per-thread.txt', 2, { where: 'my work 2-24033', event: 'page-faults', value: 0, metric: 0, metricUnit: '/sec' }],
    ['per-thread.csv', 2, { where: 'my work 2-24033', event: 'page-faults', value: 0, running: 1 }],
    ['cgroup.txt', 2, { cgroup: '/', event: 'cs', state: 'not counted' }],
    ['interval.csv', 20, { t: 0.203749317, event: 'task-clock', unit: 'msec', state: 'not counted', runtime: 0 }],
  ] as const)('reads %s', async (name, rows, expected) => {
    const found = await fixture(name);
    expect(found.rows.filter(isCounter)).toHaveLength(rows);
    expect(found.rows).toContainEqual(expect.objectContaining(expected));
  });

  it('gives no share of time for an event that never ran', async () => {
    const never = (await fixture('interval.json')).rows.filter(({ state }) => state === 'not counted');
    expect(never.length).toBeGreaterThan(0);
    for (const row of never) expect(row).not.toHaveProperty('running');
  });

  it.each(['summary.txt', 'summary.csv'])('gives totals no time, unlike intervals: %s', async (name) => {
    const { rows, warnings } = await fixture(name);
    expect(warnings).toEqual([]);
    expect(rows.filter(isCounter).filter(({ t }) => t === undefined)).toHaveLength(2);
    expect(rows.filter(({ t }) => t !== undefined)).toHaveLength(6);
  });

  it('gives the time of each run of --table, and the mean', async () => {
    const { rows, warnings } = await fixture('table.txt');
    expect(warnings).toEqual([]);
    expect(rows.slice(1).map(({ event, value, noise }) => [event, value, noise])).toEqual([
      ['time elapsed of a run', 0.06794, undefined],
      ['time elapsed of a run', 0.05523, undefined],
      ['time elapsed of a run', 0.06749, undefined],
      ['time elapsed', 0.06355, 0.0655],
    ]);
  });
});

describe('metrics of perf stat', () => {
  it('belong to the group printed above them, with its PMU on hybrid CPUs', async () => {
    const text = `${TITLE}     1,000      cpu_core/cycles/     #  1.2 GHz  (97.10%)
                        TopdownL1 (cpu_core)     #     10.4 %  tma_backend_bound
                                                  #      3.1 %  tma_retiring
                        TopdownL1 (cpu_atom)     #     20.4 %  tma_backend_bound        (12.00%)
                                                  #      4.1 %  tma_retiring
     5      cycles [cpu_atom]   # 0.1 GHz
                                                  #      7.0 stalled cycles per insn\n`;
    const rows = (await decode(text)).rows;
    expect(rows.map(({ event, group, metric, running }) => [event, group, metric, running])).toEqual([
      ['cpu_core/cycles/', undefined, 1.2, 0.971],
      ['TopdownL1 (cpu_core)', 'TopdownL1 (cpu_core)', 10.4, undefined],
      [undefined, 'TopdownL1 (cpu_core)', 3.1, undefined],
      ['TopdownL1 (cpu_atom)', 'TopdownL1 (cpu_atom)', 20.4, 0.12],
      [undefined, 'TopdownL1 (cpu_atom)', 4.1, undefined],
      ['cycles [cpu_atom]', undefined, 0.1, undefined],
      [undefined, undefined, 7, undefined],
    ]);
  });

  it('keep their runtime and share in -x, and are not events if they are nan', async () => {
    const rows = (
      await decode(
        '5,,cycles,2000000000,50.00,,GHz\n,,,,,,insn per cycle\n,3000000000,25.00,,,70.1,%  tma_retiring\n' +
          ',3000000000,25.00,,,,%  tma_nan\n,3000000000,25.00,,,,TopdownL1 (cpu_atom)\n,,,,,0.5,of all branches\n',
      )
    ).rows;
    expect(rows).toEqual([
      { event: 'cycles', value: 5, running: 0.5, runtime: 2, metricUnit: 'GHz' },
      { metricUnit: 'insn per cycle' },
      { metric: 70.1, metricUnit: '%  tma_retiring', running: 0.25, runtime: 3 },
      { metricUnit: '%  tma_nan', running: 0.25, runtime: 3 },
      { event: 'TopdownL1 (cpu_atom)', group: 'TopdownL1 (cpu_atom)', running: 0.25, runtime: 3 },
      { group: 'TopdownL1 (cpu_atom)', metric: 0.5, metricUnit: 'of all branches' },
    ]);
  });

  it('of --metric-only are read by the names above them', async () => {
    const text = `${TITLE}                  GHz       insn per cycle branch-misses of all branches 
                 2.34                 0.85                         1.62% 

       1.0 seconds time elapsed\n`;
    const interval = `#           time CPU                      GHz       insn per cycle 
     1.000000001 CPU0                     1.10                 0.50 
     1.000000001 CPU1                                          0.75 \n`;
    const csv = 'time,cpu,GHz,insn per cycle,\n     1.000000001,CPU0,1.10,0.50,\n     1.000000001,CPU1,,0.75,\n';
    const json =
      '{"interval" : 1.000000001, "cpu" : "0", "GHz" : "1.10", "insn per cycle" : "0.50"}\n' +
      '{"interval" : 1.000000001, "cpu" : "1", "GHz" : "", "insn per cycle" : "0.75"}\n';
    const of = async (given: string) =>
      (await decode(given)).rows.filter(isCounter).map(({ where, metric, metricUnit }) => [where, metric, metricUnit]);
    expect(await of(text)).toEqual([
      [undefined, 2.34, 'GHz'],
      [undefined, 0.85, 'insn per cycle'],
      [undefined, 1.62, 'branch-misses of all branches'],
    ]);
    const expected = [
      ['CPU0', 1.1, 'GHz'],
      ['CPU0', 0.5, 'insn per cycle'],
      ['CPU1', 0.75, 'insn per cycle'],
    ];
    for (const given of [interval, csv, json]) expect(await of(given)).toEqual(expected);
  });

  it('that JSON output has as bare nan are absent', async () => {
    const line = '{"counter-value" : "5.000000", "event" : "cycles", "metric-value" : nan, "metric-unit" : "GHz"}\n';
    expect((await decode(line)).rows).toEqual([{ event: 'cycles', value: 5, metricUnit: 'GHz' }]);
  });
});

describe('numbers of perf stat', () => {
  it.each([
    ['1.101,01 msec task-clock  #    0,999 CPUs utilized', 1101.01, 0.999],
    ['226,054.13 msec task-clock  #  224.588 CPUs utilized', 226_054.13, 224.588],
    ['3.642      cycles    #  4,508 GHz', 3642, 4.508],
    ['3,642      cycles    #  4.508 GHz', 3642, 4.508],
    ['11.012.810.078      cycles    #  2,22  insn per cycle', 11_012_810_078, 2.22],
    ["1'234'567      cycles    #  2.22  insn per cycle", 1_234_567, 2.22],
    ['1\u202f234\u202f567,25 Joules power/energy-pkg/    #  2,22  x', 1_234_567.25, 2.22],
  ])('of any locale: %s', async (line, value, metric) => {
    expect((await decode(`${TITLE}     ${line}\n`)).rows[0]).toMatchObject({ value, metric });
  });

  it('are read if the decimal comma is also the separator of -x', async () => {
    const csv =
      '0,60,msec,task-clock,599945,100,00,0,021,CPUs utilized\n48,,page-faults,599945,100,00,80,007,K/sec\n' +
      '<not supported>,,cycles,0,100,00,,\n';
    expect((await decode(csv)).rows).toEqual([
      { event: 'task-clock', value: 0.6, unit: 'msec', runtime: 0.000599945, running: 1, metric: 0.021, metricUnit: 'CPUs utilized' },
      { event: 'page-faults', value: 48, runtime: 0.000599945, running: 1, metric: 80.007, metricUnit: 'K/sec' },
      { event: 'cycles', runtime: 0, state: 'not supported' },
    ]);
  }); // prettier-ignore

  it('are read if the event contains the separator', async () => {
    expect((await decode('7,,cpu/event=0xc0,umask=0x1/,1000000000,100.00,,\n')).rows).toEqual([
      { event: 'cpu/event=0xc0,umask=0x1/', value: 7, runtime: 1, running: 1 },
    ]);
  });
});

describe('lines of old versions of perf', () => {
  it('may have events of several words, and two blanks before "seconds"', async () => {
    const text = `${TITLE}   54011  context switches  #  0.043 M/sec\n   3808323185  CPU cycles\n\n   0.154822978  seconds time elapsed\n`;
    expect((await decode(text)).rows).toEqual([
      { event: 'context switches', value: 54_011, metric: 0.043, metricUnit: 'M/sec' },
      { event: 'CPU cycles', value: 3_808_323_185 },
      { event: 'time elapsed', value: 0.154822978, unit: 's' },
    ]);
  });

  it('of -j may have several objects, and a comma too many', async () => {
    const text =
      '{"counter-value" : "11.0", "unit" : "", "event" : "UNC_M_CAS_COUNT.RD", "metric-value" : 124.9, "metric-unit" : "MB/s  read"} ' +
      '{"metric-value" : 237.2, "metric-unit" : "MB/s  total"}\n' +
      '{"counter-value" : "3112.0", "unit" : "", "event" : "armv8_pmuv3_1/branch-misses/", "pcnt-running" : 100.00, }\n';
    const { rows, warnings } = await decode(text);
    expect(rows).toEqual([
      { event: 'UNC_M_CAS_COUNT.RD', value: 11, metric: 124.9, metricUnit: 'MB/s  read' },
      { metric: 237.2, metricUnit: 'MB/s  total' },
      { event: 'armv8_pmuv3_1/branch-misses/', value: 3112, running: 1 },
    ]);
    expect(warnings).toEqual([]);
  });
});

describe('text that is not perf stat output', () => {
  it('between its lines is counted and quoted', async () => {
    const { rows, warnings } = await decode(`${TITLE}     5      cycles\nsome words\n\n       1.0 seconds user\n`);
    expect(rows).toHaveLength(2);
    expect(warnings).toEqual(['perf stat: 1 line was left out: expected a counter or a metric, got "some words"']);
  });

  it.each(['# Title\n\nTake 5 apples:\n\n2 cats\na # b\n', '', 'a,b,c\n', '{"a": 1}\n', '\0\0\0\n'])('%j is refused', async (text) => {
    await expect(decode(text)).rejects.toThrow('perf stat: expected "Performance counter stats for ..."');
  }); // prettier-ignore
});
