import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Limits, Sample } from '../../src/lib/api.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { PROGRAMS } from './programs.ts';
import { whyNoSshd } from './sshd.ts';

const runs = (...argv: readonly [string, ...string[]]): boolean =>
  spawnSync(argv[0], argv.slice(1), { stdio: 'ignore' }).status === 0;
const why =
  whyNoSshd() ??
  (PROGRAMS.some(({ name }) => name === 'perf') ? undefined : 'needs perf') ??
  (runs('javac', '-version') && runs('jcmd', '-h') ? undefined : 'needs javac and jcmd of a JDK');
const folder = mkdtempSync(join(tmpdir(), 'fbf-java-'));
const NOBODY = '65534';

/** Spends its time in one method, which the JVM compiles. */
const program = `
public class Spin {
  static double sum;
  static void spinInJava(int n) { for (int i = 1; i < n; i++) sum += Math.sqrt(i) / i; }
  public static void main(String[] args) { for (;;) spinInJava(200000); }
}`;

let load: ChildProcess;
let under: HostUnderLoad;
let map = '';
beforeAll(async () => {
  if (why !== undefined) return;
  writeFileSync(join(folder, 'Spin.java'), program);
  expect(spawnSync('javac', ['-d', folder, join(folder, 'Spin.java')]).status).toBe(0);
  expect(spawnSync('chmod', ['-R', 'a+rX', folder]).status).toBe(0);
  const java = ['java', '-XX:+PreserveFramePointer', '-Xmx64m', '-XX:+UseSerialGC', '-cp', folder, 'Spin'];
  load = spawn('setpriv', ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups', ...java], { stdio: 'ignore' });
  map = `/tmp/perf-${String(load.pid)}.map`;
  under = await hostUnderLoad(load, folder);
  await sleep(3000); // the JVM compiles what runs often
});
afterAll(async () => {
  if (why === undefined) await under.stop();
  rmSync(folder, { recursive: true, force: true });
});

const profiled = async (limits: Limits): Promise<Answer<Sample>> =>
  await under.host.profile({ seconds: 3, tool: 'perf', target: { pid: load.pid ?? 0 }, ...limits });
const named = (answer: Answer<Sample>): number => answer.filter(({ stack }) => stack.includes('Spin.spinInJava')).size;

describe.skipIf(why)(`a profile of a JVM (${why ?? 'runs'})`, () => {
  it('has no names of compiled code without consent, and says the command that gives them', async () => {
    const answer = await profiled({});
    expect(answer.size).toBeGreaterThan(20);
    expect(named(answer)).toBe(0);
    const [row] = answer.health.rows();
    expect(row).toMatchObject({
      process: 'java',
      pid: load.pid,
      runtime: 'java',
      broken: expect.any(Number) as number,
    });
    expect(row?.why).toContain('no map');
    expect(row?.fix).toContain(`jcmd ${String(load.pid)} Compiler.perfmap`);
    expect(existsSync(map)).toBe(false);
  });

  it("has them with allow: ['debugger'], and the map that the JVM wrote is gone", async () => {
    const answer = await profiled({ allow: ['debugger'] });
    expect(named(answer) / answer.size).toBeGreaterThan(0.5);
    expect(answer.health.rows()[0]?.why).not.toContain('no map');
    expect(existsSync(map)).toBe(false);
    expect((await under.host.audit()).rows()).toEqual([]);
  });

  it('leaves a map alone that was there before', async () => {
    writeFileSync(map, '1000 10 mine\n');
    try {
      await profiled({ allow: ['debugger'] });
      expect(existsSync(map)).toBe(true);
    } finally {
      rmSync(map);
    }
  });

  it('is in the plan, with what stays', async () => {
    const plan = await under.host.plan('cpu-profile' as never, { allow: ['debugger'] });
    const step = plan.rows().find(({ tool }) => tool === 'jcmd');
    expect(step?.command).toContain('Compiler.perfmap');
    expect(step?.stays).toContain('attach listener');
  });

  it('removes the map although the shell that waits is killed', async () => {
    const script = join(import.meta.dirname, '../../src/recorder/java-maps.sh');
    const shell = spawn('sh', [script, String(load.pid)], { stdio: ['ignore', 'pipe', 'ignore'] });
    const said = await new Promise<string>((resolve) => shell.stdout.setEncoding('utf8').once('data', resolve));
    expect(said).toBe('@ready\n');
    expect(existsSync(map)).toBe(true);
    shell.kill('SIGKILL');
    while (existsSync(map)) await sleep(100);
  });
});
