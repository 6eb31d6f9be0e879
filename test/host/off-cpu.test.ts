import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Host } from '../../src/lib/api.ts';
import { connect } from '../../src/lib/index.ts';
import { PROGRAMS } from './programs.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { whyNoSshd } from './sshd.ts';

/** Sleeps 3 ms in short_wait and 9 ms in long_wait in turn; the wait is a system call of its own, not one of libc. */
const program = `
#include <time.h>
#include <sys/syscall.h>
volatile unsigned long sink;
static inline void wait_ms(long ms) {
  struct timespec t = { 0, ms * 1000000 };
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "0"((long)SYS_nanosleep), "D"(&t), "S"(0L) : "rcx", "r11", "memory");
}
__attribute__((noipa)) void burn(void) { for (unsigned long i = 0; i < 200000; i++) sink += i; }
__attribute__((noipa)) void short_wait(void) { wait_ms(3); sink++; burn(); }
__attribute__((noipa)) void long_wait(void) { wait_ms(9); sink++; burn(); }
int main(void) { for (;;) { short_wait(); long_wait(); } }
`;

const why =
  whyNoSshd() ??
  (process.arch === 'x64' && PROGRAMS.length === 2 && spawnSync('gcc', ['--version']).status === 0
    ? undefined
    : 'needs perf, bpftrace and gcc on x86-64');
const folder = mkdtempSync(join(tmpdir(), 'fbf-off-cpu-'));
let load: ChildProcess;
let host: Host;
let under: HostUnderLoad;

beforeAll(async () => {
  if (why !== undefined) return;
  writeFileSync(join(folder, 'waiter.c'), program);
  const flags = ['-O2', '-fno-omit-frame-pointer', '-mno-omit-leaf-frame-pointer'];
  const compiled = spawnSync('gcc', [...flags, '-o', join(folder, 'waiter'), join(folder, 'waiter.c')], {
    encoding: 'utf8',
  });
  expect(compiled.stderr).toBe('');
  load = spawn(join(folder, 'waiter'), { stdio: 'ignore' });
  under = await hostUnderLoad(load, folder);
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
  it.each(['bpftrace', 'perf'])(
    'gives the share of each wait, and each second of a thread once, by %s',
    async (tool) => {
      const seconds = 5;
      const before = cpuOf(load.pid ?? 0);
      const all = (await host.offcpu({ seconds, tool })) as Answer<Row>;
      const onCpu = cpuOf(load.pid ?? 0) - before;
      const mine = all.filter(({ tid }) => tid === load.pid);
      const asleep = mine.filter(({ state }) => state === 'sleeping');
      const sum = (answer: Answer<Row>, name: string): number =>
        answer.filter(({ stack }) => ((stack as string | undefined) ?? '').split(';').includes(name)).sum('seconds');
      const waits = sum(asleep, 'short_wait') + sum(asleep, 'long_wait');
      expect(waits / asleep.sum('seconds')).toBeGreaterThan(0.98);
      expect(Math.abs(sum(asleep, 'long_wait') / waits - 0.75)).toBeLessThan(0.03);
      // Some kernels of virtual machines do not report every switch: perf's way leaves such intervals out, and says so.
      const whole = mine.sum('seconds') > 0.9 * (seconds - onCpu);
      expect(whole || (tool === 'perf' && all.how.cannotSee.join(' ').includes('were left out'))).toBe(true);
      expect(all.how).toMatchObject({
        question: 'off-cpu',
        tool,
        grain: tool === 'perf' ? 'events' : 'totals',
        coverage: 1,
      });
      expect((mine.flamegraph() as unknown as { say: string }).say).toMatch(
        /is spent in \w+, mostly below long_wait\.$/,
      );
      expect((await host.audit()).size).toBe(0);
    },
  );

  it('opens again from its recording with the same rows', async () => {
    const first = (await host.offcpu({ seconds: 2 })) as Answer<Row>;
    expect(first.how.tool).toBe('bpftrace');
    const again = await connect(`recording:${first.how.recording}`);
    expect(((await again.offcpu()) as Answer<Row>).rows()).toEqual(first.rows());
    await again.close();
  });
});
