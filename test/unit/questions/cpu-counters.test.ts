import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/lib/paths.ts';
import { cpuCounters } from '../../../src/lib/questions/cpu-counters.ts';
import type { HostRights } from '../../../src/lib/questions/way.ts';
import { orderFor } from '../../../src/lib/session/ways.ts';
import { readCpuCounters } from '../../../src/lib/sources/perf-stat/cpu-counters.ts';
import { rowsOf } from '../../decode.ts';
import { numbersFrom } from '../../random.ts';
import { damaged } from '../../hostile-text.ts';
import { pieces } from '../../pieces.ts';

const fixture = (name: string): Buffer => readFileSync(join(packageRoot, 'fixtures', 'cpu-counters', `${name}.csv`));

const read = async (bytes: Uint8Array | string, { began = 1, end = 10, pmu = true } = {}) => {
  const { table, warnings } = await readCpuCounters(pieces(Buffer.from(bytes), 100), { began, end, pmu });
  return { rows: rowsOf(table), warnings };
};

const host: HostRights = {
  os: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.1.0',
  arch: 'x86_64',
  tools: { perf: '/usr/bin/perf' },
  versions: {},
  root: true,
  perfEventParanoid: 2,
  lockdown: 'none',
  pmu: true,
};
const metrics = (given: Partial<HostRights>, target?: { cgroup: { path: string; id: number } }) =>
  orderFor({ question: cpuCounters }, { target }, { host: { ...host, ...given } })?.ways.map(({ argv }) =>
    argv.includes('-M')
      ? argv[argv.indexOf('-M') + 1]
      : argv.some((word) => word.includes('cycles'))
        ? 'events'
        : 'software',
  );

describe('cpu-counters', () => {
  it('gives rates, shares and top-down level 1 of each interval of a host with a PMU', async () => {
    const { rows } = await read(fixture('intel'));
    expect(rows).toHaveLength(3);
    const near = { ipc: 2, branchMissRate: 0.01, cacheMissRate: 0.25, cpus: 4, contextSwitches: 2000, majorFaults: 0 };
    const topDown = { retiring: 0.4, badSpeculation: 0.05, frontendBound: 0.15, backendBound: 0.4 };
    for (const row of rows) {
      expect(row).toMatchObject(topDown);
      for (const [name, value] of Object.entries(near)) expect(row[name]).toBeCloseTo(value, -2);
      expect(row).not.toHaveProperty('stalledFrontend');
    }
    expect(rows.map(({ counted }) => counted)).toEqual([1, 0.8001, 0.8001]);
    expect(rows.map(({ t }) => Math.round(Number(t) * 10) / 10)).toEqual([-0, 1, 2]);
  });

  it('says what the CPU does not support, and that events took turns on the PMU', async () => {
    const { warnings } = await read(fixture('intel'));
    expect(warnings).toEqual([
      expect.stringMatching(/^stalled cycles: not measurable here, because perf of this host/),
      expect.stringMatching(/multiplexing.* counted 80 % of the time/),
    ]);
  });

  it('counts software events where there is no PMU, and says what that leaves out', async () => {
    const { rows, warnings } = await read(fixture('virtual-machine'), { pmu: false });
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({ cpus: expect.closeTo(2, 2) as number, majorFaults: 0 });
    expect(rows[0]?.['contextSwitches']).toBeCloseTo(3475 / 1.000707905, 6);
    for (const row of rows) expect(row).not.toHaveProperty('ipc');
    for (const row of rows) expect(row).not.toHaveProperty('counted');
    expect(warnings).toEqual([
      'instructions per cycle, branch misses, cache misses, stalled cycles, top-down level 1: not measurable here, because this host has no PMU that the kernel can use (most virtual machines get none)',
    ]);
  });

  it('leaves out intervals that lie mostly outside the window', async () => {
    const times = async (began: number, end: number) =>
      (await read(fixture('intel'), { began, end })).rows.map(({ t }) => Math.round(Number(t) * 10) / 10);
    expect(await times(0.4, 10)).toEqual([0.4, 1.4]);
    expect(await times(0.6, 1.2)).toEqual([-0.4, 0.6]);
    expect(await times(-1, 0.3)).toEqual([0]);
  });

  it.each(['intel', 'virtual-machine'])(
    'gives no value that %s does not have, wherever its output is cut',
    async (name) => {
      const bytes = fixture(name);
      const { rows } = await read(bytes);
      for (let end = 0; end < bytes.length; end += 7) {
        const cut = await read(bytes.subarray(0, end));
        expect(cut.warnings.filter((say) => say.includes('left out'))).toEqual([]);
        for (const [i, row] of cut.rows.entries())
          expect(rows[i]).toMatchObject({
            ...row,
            ...(row['counted'] === undefined ? {} : { counted: rows[i]?.['counted'] }),
          });
      }
    },
  );

  it('reads metrics as Arm, AMD and older versions of perf name them', async () => {
    const line = (metric: string): string => `     1.000000000;;;;;;${metric}\n`;
    const of = async (...all: readonly string[]) =>
      (await read(`     1.000000000;5;;page-faults;1000;100.00;;\n${all.map(line).join('')}`)).rows[0];
    expect(await of('12.5;percent of slots  retiring')).toMatchObject({ retiring: 0.125 });
    expect(await of('30.0;%  frontend_bound', '0.2;Backend_Bound')).toMatchObject({
      frontendBound: 0.3,
      backendBound: 0.2,
    });
    expect(await of('0.1;Bad_Speculation_SMT')).toMatchObject({ badSpeculation: 0.1 });
  });

  it('adds up the two kinds of cores of a hybrid CPU', async () => {
    const text = [
      '5000;;cpu_core/cycles/;1;50.00;;',
      '1000;;cpu_atom/cycles/;1;50.00;;',
      '3000;;cpu_core/instructions/;1;50.00;;',
    ]
      .map((line) => `     1.000000000;${line}\n`)
      .join('');
    expect((await read(text)).rows[0]).toMatchObject({ cycles: 6000, instructions: 3000, ipc: 0.5, counted: 0.5 });
  });

  it('reads damaged output without an error, and says what it left out', async () => {
    const { rows, warnings } = await read(`     1.000000000;7;;page-faults;1000;100.00;;\nperf: \u001b[31mrubbish\n`);
    expect(rows[0]).toMatchObject({ pageFaults: 7 });
    expect(warnings.at(-1)).toMatch(/1 line was left out: expected a counter or a metric, got .*rubbish/);
    const random = numbersFrom(1);
    for (let i = 0; i < 50; i++) await read(damaged(fixture('intel'), random));
  });

  it('asks perf for top-down first, then for events, without a PMU for software events only', () => {
    expect(metrics({})).toEqual(['TopdownL1', 'PipelineL1', 'events']);
    expect(metrics({ arch: 'aarch64' })).toEqual(['TopdownL1', 'topdown_l1', 'events']);
    expect(metrics({ arch: 'riscv64' })).toEqual(['events']);
    expect(metrics({}, { cgroup: { path: '/shop', id: 1 } })).toEqual(['events']);
    expect(metrics({ pmu: false })).toEqual(['software']);
    expect(metrics({ root: false, perfEventParanoid: 0 })).toHaveLength(3);
    expect(() => metrics({ root: false })).toThrow(/perf_event_paranoid/);
  });

  it("counts a login's own processes without what happens in the kernel", async () => {
    const login = { ...host, root: false };
    const [only, ...others] =
      orderFor({ question: cpuCounters }, { target: { pids: [7] } }, { host: login })?.ways ?? [];
    expect(others).toEqual([]);
    const argv = only?.argv.join(' ') ?? '';
    expect(argv).toContain('-e task-clock:u,page-faults:u,major-faults:u,cycles:u,');
    expect(argv).not.toMatch(/context-switches|migrations/);
    const { rows } = await read('     1.000000000;500.00;msec;task-clock:u;500000000;100.00;;\n', { pmu: false });
    expect(rows[0]).toMatchObject({ cpus: 0.5 });
    expect(rows[0]).not.toHaveProperty('counted');
  });
});
