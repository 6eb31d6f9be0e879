import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Host } from '../../src/lib/api.ts';
import { connect } from '../../src/lib/index.ts';
import { ftraceError, ourInstances, until } from './ftrace-instances.ts';
import { whyNoFtrace } from './programs.ts';
import { startSshd, whyNoSshd, whyNot, type Sshd } from './sshd.ts';

const why = whyNoSshd() ?? whyNoFtrace();
const folder = mkdtempSync(join(tmpdir(), 'fbf-ftrace-text-'));
/** Runs `true` again and again under a name that looks like fields. */
const LOAD = 'printf "a pid=7 b" >/proc/$$/comm; while :; do /bin/true; sleep 0.02; done';
const HIDE_PERL = 'f=$(readlink -f "$(command -v perl)"); : >/run/none; chmod 0 /run/none; mount --bind /run/none "$f"';
/** busybox's `command -v` also finds a file that is not executable. */
const REMOVE_PERL =
  'mkdir -p /run/o && mount -t tmpfs none /run/o && mkdir /run/o/u /run/o/w && mount -t overlay overlay -o lowerdir=/usr/bin,upperdir=/run/o/u,workdir=/run/o/w /usr/bin && rm /usr/bin/perl';
const BUSYBOX = 'mount --bind "$(readlink -f "$(command -v busybox)")" "$(readlink -f /bin/sh)"';

interface Row {
  t: number;
  cpu: number;
  tid: number;
  comm?: string;
  filename: string;
  parent_comm: string;
}
const rowsOf = (answer: Answer | undefined): readonly Row[] => answer!.rows() as Row[];
const startOf = ({ how }: Answer): number => {
  const manifest = JSON.parse(readFileSync(join(how.recording, 'manifest.json'), 'utf8')) as { clocks: { monotonic: number }[] }; // prettier-ignore
  return manifest.clocks[0]!.monotonic;
};
/** The rows of one CPU without their times, what the kernel may have forgotten, and the state of a thread, which may change between two instances. */
const cellsOn = (cpu: number, rows: readonly Row[]): readonly string[] =>
  rows
    .filter((row) => row.cpu === cpu)
    .map((row) =>
      JSON.stringify(Object.entries(row).filter(([name]) => !['t', 'comm', 'pid', 'prev_state'].includes(name))),
    );

let load: ChildProcess;
let rich: { readonly sshd: Sshd; readonly host: Host };
beforeAll(async () => {
  if (why !== undefined) return;
  process.env['FBF_RECORDINGS'] = join(folder, 'recordings');
  load = spawn('sh', ['-c', LOAD], { stdio: 'ignore' });
  const sshd = await startSshd({ pids: 'shared' });
  process.env['FBF_SSH_CONFIG'] = sshd.config;
  rich = { sshd, host: await connect(sshd.url()) };
});
afterAll(async () => {
  if (why === undefined) {
    load.kill('SIGKILL');
    await rich.host.close();
    rich.sshd.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

const SHELLS = [
  ['its own sh', [HIDE_PERL], undefined],
  ['busybox', [REMOVE_PERL, BUSYBOX], 'busybox'],
] as const;

describe.each(SHELLS)('host.ftrace() where perl is not installed, by %s', (_, before, tool) => {
  const lacking = why ?? whyNot(tool);
  let sshd: Sshd;
  let host: Host;
  beforeAll(async () => {
    if (lacking !== undefined) return;
    sshd = await startSshd({ pids: 'shared', before, logins: [{ name: 'plain' }] });
    process.env['FBF_SSH_CONFIG'] = sshd.config;
    host = await connect(sshd.url());
  });
  afterAll(async () => {
    if (lacking !== undefined) return;
    await host.close();
    sshd.stop();
  });

  it.skipIf(lacking)(`gives the events that perl gives (${lacking ?? 'runs'})`, async () => {
    const options = { events: ['sched_process_exec', 'sched_process_fork', 'sched_switch'], target: { pid: load.pid! }, seconds: 3 }; // prettier-ignore
    const [{ sched_process_exec: exec, sched_process_fork: fork, sched_switch: switches }, theirs] = await Promise.all([
      host.ftrace(options),
      rich.host.ftrace(options),
    ]);
    expect(ourInstances()).toEqual([]);
    const [shift, late] = [startOf(exec!) - startOf(theirs['sched_process_exec']!), 3];
    // Both see what happened while both recorded.
    const both = (answer: Answer, by: number): readonly Row[] =>
      rowsOf(answer).map((row) => ({ ...row, t: row.t + by })).filter(({ t }) => t > Math.max(0, shift) && t < late + Math.min(0, shift)); // prettier-ignore
    for (const [name, mine] of [
      ['sched_process_exec', exec],
      ['sched_process_fork', fork],
      ['sched_switch', switches],
    ] as const) {
      const [a, b] = [both(mine!, shift), both(theirs[name]!, 0)];
      expect(a.length, name).toBeGreaterThan(20);
      // Text has microseconds: within one, the order of CPUs is open.
      for (const cpu of new Set(a.map((row) => row.cpu))) {
        const [some, same] = [cellsOn(cpu, a), cellsOn(cpu, b)];
        // An event at an edge may be on either side of it.
        expect(Math.abs(some.length - same.length), `${name} ${String(cpu)}`).toBeLessThanOrEqual(2);
        const inner = some.slice(2, -2);
        const from =
          [0, 1, 2, 3, 4].find((each) => same.slice(each, each + 8).join() === inner.slice(0, 8).join()) ?? 2;
        expect(same.slice(from, from + inner.length), `${name} ${String(cpu)}`).toEqual(inner);
      }
    }
    expect([...new Set(rowsOf(fork).map((row) => row.parent_comm))]).toContain('a pid=7 b');
    expect(exec!.how).toMatchObject({ tool: 'Ftrace', grain: 'events', lost: 0 });
    expect(exec!.how.whyNotBetter).toMatch(/^Ftrace: perl is not installed/);
    expect(exec!.how.cannotSee.join(' ')).toMatch(/as text, which costs it about 35 times the CPU/);
    expect(exec!.how.program).toMatch(/\ncat trace_pipe\n/);
    expect((await host.audit()).size).toBe(0);
    const again = await connect(`recording:${exec!.how.recording}`);
    expect((await again.ftrace({ events: 'sched_process_exec' }))['sched_process_exec']!.rows()).toEqual(exec!.rows());
    await again.close();
  });

  it.skipIf(lacking)('ends with no event at all, and with a filter, which is text of the kernel', async () => {
    const { sched_switch: none } = await host.ftrace({ events: 'sched_switch', filter: 'prev_pid == 99999999', seconds: 1 }); // prettier-ignore
    expect([none!.size, none!.how.lost]).toEqual([0, 0]);
    const trap = join(folder, 'trap');
    for (const text of [`$(touch ${trap})`, `\`touch ${trap}\``, `'; touch ${trap}; '`, '%s%n\\n'])
      expect((await ftraceError(host, { events: 'sched_switch', filter: `prev_comm == "${text}" && nix == 1`, seconds: 1 })).what).toMatch(/^ftrace: the filter of sched:sched_switch/); // prettier-ignore
    expect(existsSync(trap)).toBe(false);
    expect(ourInstances()).toEqual([]);
  });

  it.skipIf(lacking)('says why a filter is refused, and that only root may', async () => {
    const filter = await ftraceError(host, { events: 'sched_switch', filter: 'prev_pd > 0' });
    expect(filter.kind).toBe('usage');
    expect(filter.what).toMatch(/prev_pd > 0: Field not found; its fields: prev_comm, prev_pid,/);
    const plain = await connect(sshd.url('plain'));
    const refused = await ftraceError(plain, { events: 'sched_switch' });
    expect([refused.kind, refused.what]).toEqual(['not-allowed', 'ftrace: no tool of this host can answer it. Ftrace: only root may use tracefs']); // prettier-ignore
    await plain.close();
    expect(ourInstances()).toEqual([]);
  });

  it.skipIf(lacking)('removes its instance when its reader or its shell is killed', async () => {
    for (const name of ['dd', 'sh']) {
      const capture = host.ftrace({ events: 'sched_process_exec', seconds: 60 });
      await until(() => ourInstances().length === 1 && capture.sofar !== undefined);
      const run = `FBF_RUN=${ourInstances()[0]!.replace('_ftrace', '')}`;
      const of = (pid: string, file: string): string => {
        try {
          return readFileSync(join('/proc', pid, file), 'latin1');
        } catch {
          return ''; // it has ended
        }
      };
      const isOurs = (pid: string): boolean => /^\d+$/.test(pid) && of(pid, 'environ').split('\0').includes(run);
      // busybox runs dd without execve: the command line stays that of the shell.
      const isReader = (pid: string): boolean => of(pid, 'comm') === 'dd\n';
      const isShell = (pid: string): boolean => !isReader(pid) && of(pid, 'cmdline').includes('\0record\0');
      const found = readdirSync('/proc').find((pid) => isOurs(pid) && (name === 'dd' ? isReader : isShell)(pid));
      process.kill(Number(found), 'SIGKILL');
      await until(() => ourInstances().length === 0);
      const { sched_process_exec: exec } = await capture.stop();
      expect(exec!.how.cannotSee.join(' ')).toMatch(/Ftrace: /);
    }
  });
});
