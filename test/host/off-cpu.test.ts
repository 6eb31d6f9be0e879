import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Host } from '../../src/lib/api.ts';
import { connect } from '../../src/lib/index.ts';
import { PROGRAMS } from './programs.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { startLoad, whyNoCompiler, type Load } from './loads.ts';
import { whyNoSshd } from './sshd.ts';

const why =
  whyNoSshd() ??
  (process.arch === 'x64' && PROGRAMS.length === 2 && whyNoCompiler === undefined
    ? undefined
    : 'needs perf, bpftrace and gcc on x86-64');
const folder = mkdtempSync(join(tmpdir(), 'fbf-off-cpu-'));
let load: Load;
let host: Host;
let under: HostUnderLoad;

beforeAll(async () => {
  if (why !== undefined) return;
  load = startLoad('waiter', folder);
  under = await hostUnderLoad(load.child, folder);
  ({ host } = under);
});
afterAll(async () => {
  if (why === undefined) await under.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Row {
  seconds: number;
  count: number;
  tid: number;
  state: string | undefined;
  stack: string;
}

/** CPU seconds of the load so far: user and system time of /proc/PID/stat. */
const cpuOf = (pid: number): number => {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

describe.skipIf(why)(`host.offcpu() over ssh (${why ?? 'runs'})`, () => {
  it.each(['bpftrace', 'perf', 'Ftrace'])(
    'gives the share of each wait, and each second of a thread once, by %s',
    async (tool) => {
      const seconds = 5;
      const pid = load.child.pid ?? 0;
      const before = cpuOf(pid);
      const planted = load.measure();
      const all = (await host.offcpu({ seconds, tool, maxCpu: 4 })) as Answer<Row>;
      const share = planted();
      const onCpu = cpuOf(pid) - before;
      const mine = all.filter(({ tid }) => tid === pid);
      const asleep = mine.filter(({ state }) => state === 'sleeping');
      const sum = (answer: Answer<Row>, name: string): number =>
        answer.filter(({ stack }) => ((stack as string | undefined) ?? '').split(';').includes(name)).sum('seconds');
      const waits = sum(asleep, 'short_wait') + sum(asleep, 'long_wait');
      expect(waits / asleep.sum('seconds')).toBeGreaterThan(0.98);
      expect(Math.abs(sum(asleep, 'long_wait') / waits - share)).toBeLessThan(0.02);
      // Some kernels of virtual machines do not report every switch: the ways that record events leave such intervals out, and say so.
      const whole = mine.sum('seconds') > 0.9 * (seconds - onCpu);
      expect(whole || (tool !== 'bpftrace' && all.how.cannotSee.join(' ').includes('were left out'))).toBe(true);
      expect(all.how).toMatchObject({
        question: 'off-cpu',
        tool,
        grain: tool === 'bpftrace' ? 'totals' : 'events',
        coverage: 1,
      });
      expect((mine.flamegraph() as unknown as { say: string }).say).toMatch(
        /is spent in \w+, mostly below long_wait\.$/,
      );
      expect((await host.audit()).size).toBe(0);
    },
  );

  it('opens again from its recording with the same rows', async () => {
    const first = (await host.offcpu({ seconds: 2, maxCpu: 4 })) as Answer<Row>;
    expect(first.how.tool).toBe('bpftrace');
    const again = await connect(`recording:${first.how.recording}`);
    expect(((await again.offcpu()) as Answer<Row>).rows()).toEqual(first.rows());
    await again.close();
  });
});
