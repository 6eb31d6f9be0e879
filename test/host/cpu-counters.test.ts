import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Host } from '../../src/lib/api.ts';
import { connect } from '../../src/lib/index.ts';
import { PROGRAMS } from './programs.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { whyNoSshd } from './sshd.ts';

const why = whyNoSshd() ?? (PROGRAMS.some(({ name }) => name === 'perf') ? undefined : 'needs perf');
const folder = mkdtempSync(join(tmpdir(), 'fbf-cpu-counters-'));
let load: ChildProcess;
let host: Host;
let under: HostUnderLoad;

/** Sleeps about 1,000 times a second: each is a context switch. */
const SLEEPS = 'select undef, undef, undef, 0.001 while 1';

beforeAll(async () => {
  if (why !== undefined) return;
  load = spawn('perl', ['-e', SLEEPS], { stdio: 'ignore' });
  under = await hostUnderLoad(load, folder);
  ({ host } = under);
});
afterAll(async () => {
  if (why === undefined) await under.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Row {
  t: number;
  seconds: number;
  cpus: number;
  contextSwitches: number;
  ipc: number | undefined;
}
const ask = async (on: Host, options: object): Promise<Answer<Row>> => await on.ask('cpu-counters' as never, options);

describe.skipIf(why)(`cpu-counters over ssh (${why ?? 'runs'})`, () => {
  it('counts every second of the window on all CPUs, and says what is not measurable here', async () => {
    const answer = await ask(host, { seconds: 3 });
    const rows = answer.rows();
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const { seconds, cpus: counted, contextSwitches } of rows) {
      expect(seconds).toBeLessThan(1.5);
      expect(Math.round(counted)).toBe(cpus().length);
      expect(contextSwitches).toBeGreaterThan(100);
    }
    expect(answer.how).toMatchObject({ question: 'cpu-counters', tool: 'perf', grain: 'totals', lost: 0, coverage: 1 });
    expect(answer.how.program).toMatch(/^LC_ALL=C perf stat -x ';' --log-fd 1 -I 1000 -e task-clock,/);
    const hasPmu = rows.some(({ ipc }) => ipc !== undefined);
    expect(answer.how.cannotSee.some((say) => /instructions per cycle.*not measurable here, because/.test(say))).toBe(
      !hasPmu,
    );
    expect((await host.audit()).size).toBe(0);
  });

  it('counts the switches of the process that it is aimed at, and opens again from its recording', async () => {
    const first = await ask(host, { seconds: 2, target: { pid: load.pid } });
    const rows = first.rows();
    expect(rows.length).toBeGreaterThanOrEqual(2);
    for (const { contextSwitches, cpus: used } of rows) {
      expect(contextSwitches).toBeGreaterThan(100);
      expect(contextSwitches).toBeLessThan(1100);
      expect(used).toBeLessThan(0.9);
    }
    const again = await connect(`recording:${first.how.recording}`);
    expect((await ask(again, {})).rows()).toEqual(rows);
    await again.close();
  });
});
