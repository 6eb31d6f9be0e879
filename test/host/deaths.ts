import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startRecorder } from '../../src/recorder/client.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { openRecording } from '../../src/lib/recording/open.ts';
import { valueAt } from '../../src/lib/columns/column.ts';
import { below, readOf, type Process } from './processes.ts';
import { ourInstances } from './ftrace-instances.ts';
import { MAKERS, whyNoFtrace } from './programs.ts';
import type { Login, Sshd } from './sshd.ts';

/** Seconds without a heartbeat in these tests; the default is 15. */
export const AWAY = 3;

/** The kinds of logins; each is tested with every death. */
export const LOGINS: readonly (Login & { readonly asRoot?: true })[] = [
  { name: 'plain' },
  { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL', asRoot: true },
];
export const USERS = ['plain', 'root', 'sudoer'] as const;

/** What is killed, and how. `over` restores the link. */
export interface Death {
  readonly name: string;
  kill(at: { owner: ChildProcess; recorder: number; sshd: Sshd; interrupt: () => void }): void;
  over?(sshd: Sshd): void;
  /** A tool that the test needs. */
  readonly needs?: string;
}

const must = (found: Process | undefined, what: string): number => found?.pid ?? expect.fail(`no ${what} to kill`);
/** The ssh processes of a recorder: the master, or those of its channels (the sampler's, and one per program). */
const sshsOf = (recorder: number, mastering: 'yes' | 'no'): readonly Process[] =>
  below(recorder).filter(({ words }) => words[0] === 'ssh' && words.includes(`ControlMaster=${mastering}`));
const kill = (found: readonly Process[], what: string): void => {
  if (found.length === 0) expect.fail(`no ${what} to kill`);
  for (const { pid } of found) process.kill(pid, 'SIGKILL');
};

export const DEATHS: readonly Death[] = [
  {
    name: 'an interrupt',
    kill: ({ interrupt }) => {
      interrupt();
    },
  },
  { name: 'a killed kernel', kill: ({ owner }) => void owner.kill('SIGKILL') },
  {
    name: 'a killed ssh client',
    kill: ({ recorder }) => {
      kill(sshsOf(recorder, 'yes'), 'ssh');
    },
  },
  {
    name: 'a killed ssh channel',
    kill: ({ recorder }) => {
      kill(sshsOf(recorder, 'no'), 'ssh');
    },
  },
  { name: 'a killed recorder', kill: ({ recorder }) => void process.kill(recorder, 'SIGKILL') },
  {
    name: 'a link that is cut',
    kill: ({ sshd }) => void execFileSync('ip', ['link', 'set', sshd.link ?? '', 'down']),
    over: ({ link }) => void execFileSync('ip', ['link', 'set', link ?? '', 'up']),
  },
  {
    name: 'a link that falls silent',
    needs: 'iptables',
    kill: ({ sshd }) => void sshd.inside('iptables -I INPUT -j DROP; iptables -I OUTPUT -j DROP'),
    over: (sshd) => void sshd.inside('iptables -F INPUT; iptables -F OUTPUT'),
  },
  {
    name: 'a killed remote wrapper',
    kill: ({ sshd }) => {
      const runs = below(sshd.pid).filter(({ words }) => words.includes('fbf-run') && words[0] === 'sh');
      kill(
        runs.filter(({ parent }) => !runs.some(({ pid }) => pid === parent)),
        'wrapper',
      );
    },
  },
];

/** Polls until the condition holds; fails with the last state. (expect.poll does not work in concurrent tests.) */
const until = async <T>(see: () => T, holds: (seen: T) => boolean, limit: number, what: string): Promise<void> => {
  for (const end = performance.now() + limit; ;) {
    const seen = see();
    if (holds(seen)) return;
    if (performance.now() > end) expect.fail(`${what}: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
const none = (list: readonly unknown[]): boolean => list.length === 0;

const steps = (owner: ChildProcess) => {
  let said = '';
  owner.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  owner.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  return {
    says: (word: string) =>
      until(
        () => said,
        (text) => text.includes(`"${word}"`),
        60_000,
        word,
      ),
    said: () => said,
  };
};

/** Processes on the simulated machine that belong to our captures, from shells to samplers. */
const strangers = (sshd: Sshd, own: ReadonlySet<number>): string[] =>
  below(sshd.pid)
    .filter(({ pid, words }) => !own.has(pid) && words.join('') !== '' && !/^sshd: /.test(words[0] ?? ''))
    .map(({ words }) => words.join(' ').slice(0, 100));

/** Waits until two polls in a row find none of our processes: a process between fork and execve has no command line. */
const gone = async (sshd: Sshd, own: ReadonlySet<number>, what: string): Promise<void> => {
  for (let seen = 0; seen < 2; seen++) {
    await until(() => strangers(sshd, own), none, 60_000, what);
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (!none(strangers(sshd, own))) seen = -1;
  }
};

/** The part recorded until the death is a valid answer, marked as cut. */
const checkRecording = async (dir: string): Promise<void> => {
  const recording = await openRecording(dir);
  expect(recording.manifest.status).toBe('cut');
  expect(recording.manifest.reason).toBeTruthy();
  const { table, warnings } = await recording.table('proc.stat');
  expect(warnings).toEqual([]);
  expect(table.size).toBeGreaterThan(5);
  const { t } = table.data;
  for (let i = 1; i < table.size; i++) expect(valueAt(t!, i)).toBeGreaterThanOrEqual(Number(valueAt(t!, i - 1)));
};

/** What programs wrote until then is a part of the recording. */
const checkPrograms = async (dir: string, user: string): Promise<void> => {
  const recording = await openRecording(dir);
  for (const { name } of MAKERS) {
    const found = recording.program(name);
    if (user === 'plain' && found?.fact.status === 'failed') continue; // this login may not run it
    expect(found?.fact.refused).toEqual([]);
    expect(found?.fact.status).not.toBe('running');
    expect(found?.fact.bytes).toBeGreaterThan(0);
    expect(statSync(found?.output ?? '').size).toBeGreaterThan(0);
  }
};

const namespaceOf = (pid: number | 'self'): string =>
  /\d+/.exec(readlinkSync(`/proc/${String(pid)}/ns/pid`))?.[0] ?? '';

/**
 * The name of a run holds the PID namespace of its owner. All simulated machines share the kernel's tracefs: an audit of
 * one sees the Ftrace instances of the others, too, as running.
 */
const ofMachine = <T extends { readonly left: string }>(sshd: Sshd, found: readonly T[]): readonly T[] => {
  const namespace = namespaceOf(sshd.pid);
  return found.filter(({ left }) => !/fbf_[0-9a-f]+_\d+_/.test(left) || left.includes(`_${namespace}_`));
};

/** The Ftrace instances that runs on simulated machines have left on this kernel: not those of captures of this machine. */
export const instancesLeft = (): readonly string[] =>
  whyNoFtrace() !== undefined ? [] : ourInstances().filter((name) => !name.includes(`_${namespaceOf('self')}_`));

/** The recording process, which a test can kill. */
export interface Recording {
  readonly owner: ChildProcess;
  /** Resolves when samples have been taken. */
  readonly started: Promise<void>;
  /** Its output so far. */
  readonly said: () => string;
  /** Stops it as a user would. */
  readonly interrupt: () => void;
  /** The folder of the recording. */
  readonly folder: () => string;
}
export type Start = (sshd: Sshd, user: string, dir: string) => Recording;

const needsSudo = (user: string): boolean => LOGINS.some(({ name, asRoot }) => name === user && asRoot === true);
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'fbf-test-cache') };

/** A program that records through the client, like the kernel. */
export const byClient: Start = (sshd, user, dir) => {
  const folder = join(dir, 'r');
  const words = [sshd.url(user), folder, '60', String(AWAY), needsSudo(user) ? 'sudo' : '', sshd.config];
  const args = [join(import.meta.dirname, 'owner.ts'), ...words];
  const owner = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  const { says, said } = steps(owner);
  const interrupt = (): void => void owner.stdin.write('stop\n');
  return { owner, started: says('recording'), said, interrupt, folder: () => folder };
};

const samplesIn = async (dir: string): Promise<number> => {
  try {
    return (await (await openRecording(dir)).table('proc.stat')).table.size;
  } catch {
    return 0;
  }
};

/** `fbf look`, started by the name of the command, with whatever Node is first in PATH. */
export const byCommand: Start = (sshd, user, dir) => {
  const own = join(packageRoot, 'node_modules', '.bin');
  const path = (process.env['PATH'] ?? '').split(':').filter((each) => each !== own);
  const args = ['look', sshd.url(user), '--seconds', '60', ...(needsSudo(user) ? ['--sudo'] : [])];
  const owner = spawn(join(packageRoot, 'bin', 'fbf'), args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...env, PATH: path.join(':'), FBF_RECORDINGS: dir, FBF_SSH_CONFIG: sshd.config },
  });
  const { said } = steps(owner);
  const folder = (): string => join(dir, readdirSync(dir)[0] ?? '');
  let samples = 0;
  const look = async (): Promise<void> => {
    while (samples < 10) {
      if (owner.exitCode !== null) expect.fail(`fbf look exited during startup: ${said()}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
      samples = await samplesIn(folder());
    }
  };
  return { owner, started: look(), said, interrupt: () => void owner.kill('SIGINT'), folder };
};

/** Signals that are sent only to the command. */
export const SIGNALS: readonly Death[] = (['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const).map((signal) => ({
  name: `a ${signal} to the command`,
  kill: ({ owner }) => void owner.kill(signal),
}));

/** Tests one death of a recording: nothing of ours stays on the host, and the recording can be read. */
export const dieOnce = async (sshd: Sshd, user: string, death: Death, start: Start = byClient): Promise<void> => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-death-'));
  const own = new Set(below(sshd.pid).map(({ pid }) => pid));
  const { owner, started, said, interrupt, folder } = start(sshd, user, dir);
  let recorder = 0;
  try {
    await started;
    recorder = must(
      below(owner.pid ?? 0).find(({ words }) => words.join(' ').includes('recorder/main')),
      'recorder',
    );
    const sshs = below(recorder).map(({ pid }) => pid);
    expect(strangers(sshd, own)).not.toEqual([]);
    death.kill({ owner, recorder, sshd, interrupt });
    await gone(sshd, own, `after ${death.name}, ${said()}, there stays`);
    death.over?.(sshd);
    const alive = (): number[] => [recorder, ...sshs].filter((pid) => readOf(String(pid), 'cmdline') !== '');
    if (death.name !== 'a killed remote wrapper' && death.name !== 'a killed ssh channel') owner.stdin?.end();
    await until(alive, none, 60_000, 'processes of ours here');
    await checkRecording(folder());
    if (start === byClient) await checkPrograms(folder(), user);
    const client = await startRecorder(sshd.url('root'), { sshConfig: sshd.config });
    try {
      const { left, running } = await client.audit();
      const here = ofMachine(sshd, running);
      expect({ left, running: here, swept: client.warnings }).toEqual({ left: [], running: [], swept: [] });
    } finally {
      await client.close();
    }
  } finally {
    owner.kill('SIGKILL');
    death.over?.(sshd);
    rmSync(dir, { recursive: true, force: true });
  }
};
