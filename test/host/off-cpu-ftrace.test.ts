import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, CheckRow } from '../../src/lib/api.ts';
import { connect } from '../../src/lib/index.ts';
import { ourInstances } from './ftrace-instances.ts';
import { hidden } from './hidden.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { startLoad, whyNoCompiler, type Load } from './loads.ts';
import { whyNoFtrace } from './programs.ts';
import { whyNoSshd } from './sshd.ts';

const why = whyNoSshd() ?? whyNoFtrace() ?? (process.arch === 'x64' ? whyNoCompiler : 'needs x86-64');
const folder = mkdtempSync(join(tmpdir(), 'fbf-off-cpu-ftrace-'));
let load: Load;
let under: HostUnderLoad;

beforeAll(async () => {
  if (why !== undefined) return;
  load = startLoad('waiter', folder);
  under = await hostUnderLoad(load.child, folder, {
    before: [hidden('perf'), hidden('bpftrace')],
    logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' }],
  });
});
afterAll(async () => {
  if (why === undefined) await under.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Row {
  readonly t: number;
  readonly seconds: number;
  readonly tid: number;
  readonly pid: number;
  readonly state: string | undefined;
  readonly stack: string | undefined;
}

/** Seconds that the load's only thread ran: the first number of schedstat, in ns. */
const ran = (pid: number): number => Number(readFileSync(`/proc/${String(pid)}/schedstat`, 'utf8').split(' ')[0]) / 1e9;

/** Seconds of the rows that have a function in their stacks. */
const within = (rows: readonly Row[], name: string): number =>
  rows.reduce((sum, { seconds, stack = '' }) => sum + (stack.split(';').includes(name) ? seconds : 0), 0);

const sayOf = (view: unknown): string => (view as { readonly say: string }).say;

describe.skipIf(why)(`host.offcpu() on a host without perf and bpftrace (${why ?? 'runs'})`, () => {
  it.each([['root'], ['sudoer']])('gives the share of each wait by Ftrace, to %s', async (login) => {
    const host = await connect(under.sshd.url(login), login === 'root' ? {} : { allow: ['sudo'] });
    try {
      const pid = load.child.pid ?? 0;
      const [from, before] = [performance.now(), ran(pid)];
      const planted = load.measure();
      const all = (await host.offcpu({ seconds: 5, maxCpu: 4 })) as Answer<Row>;
      const share = planted();
      expect(all.how).toMatchObject({ question: 'off-cpu', tool: 'Ftrace', grain: 'events', coverage: 1, lost: 0 });
      const mine = all.filter(({ tid }) => tid === pid).rows();
      const waits = mine.filter(({ state }) => state === 'sleeping');
      const sum = within(waits, 'short_wait') + within(waits, 'long_wait');
      expect(sum / waits.reduce((total, { seconds }) => total + seconds, 0)).toBeGreaterThan(0.98);
      expect(Math.abs(within(waits, 'long_wait') / sum - share)).toBeLessThan(0.02);
      expect(new Set(mine.map((row) => row.pid))).toEqual(new Set([pid]));
      // The capture is a part of what was measured here: the load may not have been off CPU for longer than that.
      const off = mine.reduce((total, { seconds }) => total + seconds, 0);
      expect(off).toBeLessThan(((performance.now() - from) / 1000 - (ran(pid) - before)) * 1.01);
      expect(off).toBeGreaterThan(4);
      expect(ourInstances()).toEqual([]);
      expect((await host.audit()).size).toBe(0);
    } finally {
      await host.close();
    }
  });

  it('has stacks that can be drawn, compared and judged, and is the same from its recording', async () => {
    const [one, two] = [await under.host.offcpu({ seconds: 2, maxCpu: 4 }), await under.host.offcpu({ seconds: 2, maxCpu: 4 })]; // prettier-ignore
    const [first, second] = [one, two] as unknown as readonly [Answer<Row & { stack: string }>, Answer<Row & { stack: string }>]; // prettier-ignore
    const mine = first.filter(({ tid }) => tid === load.child.pid);
    expect(sayOf(mine.flamegraph())).toMatch(/is spent in \w+, mostly below long_wait\.$/);
    const other = second.filter(({ tid }) => tid === load.child.pid);
    expect(sayOf(other.flamegraph({ against: mine }))).toMatch(/share/);
    expect(mine.health.rows().map(({ pid }) => pid)).toContain(load.child.pid);
    const again = await connect(`recording:${first.how.recording}`);
    expect(((await again.offcpu()) as Answer<Row>).rows()).toEqual(first.rows());
    await again.close();
  });

  it('is not for a login without rights, which is told what would help', async () => {
    const host = await connect(under.sshd.url('plain'));
    const rows = (await host.check({ for: ['off-cpu'] as never })).rows() as readonly CheckRow[];
    expect(rows.map(({ tool, verdict }) => `${tool}: ${verdict}`)).toEqual(['bpftrace: no', 'perf: no', 'Ftrace: not allowed']); // prettier-ignore
    expect(rows.at(-1)?.fix).toContain('connect as root');
    await host.close();
  });
});
