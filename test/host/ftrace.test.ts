import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, FtraceOptions, Host } from '../../src/lib/api.ts';
import { FridayError } from '../../src/lib/errors.ts';
import { connect } from '../../src/lib/index.ts';
import { ftraceError, ourInstances, until } from './ftrace-instances.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { TRACEFS, whyNoFtrace } from './programs.ts';
import { whyNoSshd } from './sshd.ts';

const why = whyNoSshd() ?? whyNoFtrace();
const folder = mkdtempSync(join(tmpdir(), 'fbf-ftrace-'));
/** Runs `true` again and again, each time in a child of its own, and counts. */
const LOAD = 'n=0; while :; do /bin/true; n=$((n+1)); echo $n; sleep 0.02; done';
const foreign = join(TRACEFS, 'instances', `foreign_${String(process.pid)}`);
const ENABLE = join(foreign, 'events/sched/sched_process_exec/enable');

let load: ChildProcess;
let said = '';
let host: Host;
let under: HostUnderLoad;
beforeAll(async () => {
  if (why !== undefined) return;
  mkdirSync(foreign);
  writeFileSync(ENABLE, '1');
  load = spawn('sh', ['-c', LOAD], { stdio: ['ignore', 'pipe', 'ignore'] });
  load.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()));
  under = await hostUnderLoad(load, folder, {
    logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL', shell: '/usr/bin/fish' }],
  });
  ({ host } = under);
});
afterAll(async () => {
  if (why === undefined) {
    await under.stop();
    expect(readFileSync(ENABLE, 'utf8').trim()).toBe('1');
    rmdirSync(foreign);
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Row {
  t: number;
  cpu: number;
  tid: number;
  comm?: string;
  filename: string;
  arg_pid: number;
  prev_pid: number;
  prev_comm: string;
  next_pid: number;
}
const rowsOf = (answer: Answer | undefined): readonly Row[] => answer!.rows() as Row[];
const children = (answer: Answer | undefined): Answer => answer!.filter((d) => (d as Row).filename === '/bin/true');
/** Whether a process is the program of that run. */
const isReader = (pid: string, run: string): boolean => {
  try {
    const of = (file: string): string => readFileSync(join('/proc', pid, file), 'latin1');
    return /^\d+$/.test(pid) && of('comm').trim() === 'perl' && of('environ').split('\0').includes(run);
  } catch {
    return false; // it has ended
  }
};
const errorOf = (options: FtraceOptions, at = host): Promise<FridayError> => ftraceError(at, options);

describe.skipIf(why)(`host.ftrace() over ssh (${why ?? 'runs'})`, () => {
  it('gives each event with its fields, once, in order of time, and leaves nothing behind', async () => {
    const runs = (): number => Number(said.trimEnd().split('\n').at(-1));
    const capture = host.ftrace({ events: ['sched_process_exec', 'sched:sched_process_exit', 'sched:sched_sw*ch'], seconds: 3 }); // prettier-ignore
    const { sched_process_exec: exec, sched_process_exit: exit, sched_switch: switches } = await capture;
    const after = runs();
    const found = children(exec);
    expect(found.size).toBeGreaterThan(10);
    expect(found.size).toBeLessThanOrEqual(after);
    // The kernel may not know the name of a thread any more.
    expect(new Set(rowsOf(found).map((d) => d.comm ?? 'true'))).toEqual(new Set(['true']));
    // The parent runs one child at a time: each ends before the next begins.
    const tids = rowsOf(found).map((d) => d.tid);
    const exits = rowsOf(exit).filter((d) => d.tid === d.arg_pid && tids.includes(d.tid));
    expect(exits.map((d) => d.tid).slice(0, 10)).toEqual(tids.slice(0, 10));
    for (const [i, { t }] of rowsOf(found).entries()) expect(exits[i]?.t ?? Infinity).toBeGreaterThan(t);
    const times = rowsOf(switches).map((d) => d.t);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThan(3);
    // On a CPU, the thread that a switch leaves is the one that the switch before it began. Some kernels do not report every
    // switch from and to the idle thread.
    const missed = rowsOf(switches).filter((d, i, all) => {
      const before = all.slice(0, i).findLast((each) => each.cpu === d.cpu);
      return before !== undefined && before.next_pid * d.prev_pid !== 0 && before.next_pid !== d.prev_pid;
    });
    expect(switches!.how.lost === 0 ? missed.length / switches!.size : 0).toBeLessThan(0.05);
    expect(exec!.how).toMatchObject({
      tool: 'Ftrace',
      grain: 'events',
      question: 'sched:sched_process_exec',
      coverage: 1,
    });
    expect(exec!.how.program).toMatch(
      /echo mono > trace_clock\n[^]*echo 1 > events\/sched\/sched_process_exec\/enable\n/,
    );
    expect(ourInstances()).toEqual([]);
    expect((await host.audit()).size).toBe(0);
  });

  it('opens again from its recording with the same rows', async () => {
    const { sched_process_exec: exec } = await host.ftrace({ events: 'sched_process_exec', seconds: 1 });
    const again = await connect(`recording:${exec!.how.recording}`);
    const { sched_process_exec: same } = await again.ftrace({ events: 'sched:*' });
    expect(same!.rows()).toEqual(exec!.rows());
    expect((await errorOf({ events: 'sched_switch' }, again)).what).toContain('expected one of sched_process_exec');
    await again.close();
  });

  it('keeps what a filter and a target name', async () => {
    const both = await host.ftrace({
      events: ['sched_process_exec', 'sched_switch'],
      filter: { sched_switch: 'prev_comm == "true"' },
      target: { pid: load.pid! },
      seconds: 2,
    });
    // The children of the target are traced too.
    const programs = new Set(rowsOf(both['sched_process_exec']).map((d) => d.filename.split('/').at(-1)));
    expect([...programs].sort()).toEqual(['sleep', 'true']);
    expect(children(both['sched_process_exec']).size).toBeGreaterThan(10);
    expect([...new Set(rowsOf(both['sched_switch']).map((d) => d.prev_comm))]).toEqual(['true']);
  });

  it('takes a filter as text of the kernel, never of a shell', async () => {
    const trap = join(folder, 'trap');
    for (const text of [`$(touch ${trap})`, `\`touch ${trap}\``, `'; touch ${trap}; '`, `x' EOF\ttouch ${trap}`]) {
      const error = await errorOf({ events: 'sched_switch', filter: `prev_comm == "${text}" && nix == 1`, seconds: 1 });
      expect(error.what).toMatch(/^ftrace: the filter of sched:sched_switch/);
    }
    expect(existsSync(trap)).toBe(false);
    expect((await errorOf({ events: 'sched_switch', filter: 'a\nb' })).kind).toBe('usage');
  });

  it('says what to do about an unknown event, a filter that the kernel refuses, and missing rights', async () => {
    const misspelt = await errorOf({ events: 'sched_swich' });
    expect([misspelt.kind, misspelt.next]).toEqual(['usage', 'Did you mean sched_switch?']);
    const filter = await errorOf({ events: 'sched_switch', filter: 'prev_pd > 0' });
    expect(filter.kind).toBe('usage');
    expect(filter.what).toMatch(/prev_pd > 0: Field not found; its fields: prev_comm, prev_pid,/);
    expect((await errorOf({ events: [] })).kind).toBe('usage');
    const plain = await connect(under.sshd.url('plain'));
    const refused = await errorOf({ events: 'sched_switch' }, plain);
    expect([refused.kind, refused.what]).toEqual(['not-allowed', expect.stringContaining('only root may use tracefs')]);
    expect(refused.next).toContain("allow: ['sudo']");
    await plain.close();
    expect(ourInstances()).toEqual([]);
  });

  it('runs as root by sudo', async () => {
    const sudoer = await connect(under.sshd.url('sudoer'), { allow: ['sudo'] });
    const { sched_process_exec: exec } = await sudoer.ftrace({ events: 'sched_process_exec', seconds: 1 });
    expect(children(exec).size).toBeGreaterThan(3);
    await sudoer.close();
    expect(ourInstances()).toEqual([]);
  });

  it('is stopped early with what it has, and removes its instance when its reader is killed', async () => {
    const capture = host.ftrace({ events: 'sched_process_exec', seconds: 60 });
    await until(() => ourInstances().length === 1 && capture.sofar !== undefined);
    const run = `FBF_RUN=${ourInstances()[0]!.replace('_ftrace', '')}`;
    const reader = readdirSync('/proc').find((pid) => isReader(pid, run));
    process.kill(Number(reader), 'SIGKILL');
    await until(() => ourInstances().length === 0);
    const { sched_process_exec: exec } = await capture.stop();
    expect(exec!.how.cannotSee.join(' ')).toMatch(/Ftrace: /);
    expect(exec!.how.coverage).toBeLessThan(1);
  });
});
