import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanRow } from '../../src/lib/api.ts';
import { openAnswer } from '../../src/lib/index.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { PROGRAMS } from './programs.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

/** Three quarters of its CPU time are in busy(); then it sleeps. */
const program = `
#include <time.h>
#include <unistd.h>
volatile unsigned long sink;
static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}
#define SPIN(ms) { double end = now() + ms; do for (unsigned long i = 0; i < 20000; i++) sink += i * i; while (now() < end); }
__attribute__((noipa)) void busy(void) SPIN(3)
__attribute__((noipa)) void other(void) SPIN(1)
__attribute__((noipa)) void napping(void) { usleep(2000); sink++; }
int main(void) { for (;;) { busy(); other(); napping(); } }
`;

const hasCompiler = spawnSync('gcc', ['--version'], { stdio: 'ignore' }).status === 0;
const built = existsSync(join(packageRoot, 'dist', 'recorder', 'main.js'));
const lacks = built ? (hasCompiler && PROGRAMS.length > 1 ? undefined : 'needs perf, bpftrace and gcc') : 'needs npm run build'; // prettier-ignore
const why = whyNoSshd() ?? lacks;
const folder = mkdtempSync(join(tmpdir(), 'fbf-ask-command-'));
const main = join(packageRoot, 'src', 'cli', 'main.ts');
let sshd: Sshd;
let load: ChildProcess;

beforeAll(async () => {
  if (why !== undefined) return;
  writeFileSync(join(folder, 'napper.c'), program);
  const flags = ['-O2', '-g0', '-fno-omit-frame-pointer', '-mno-omit-leaf-frame-pointer'];
  expect(spawnSync('gcc', [...flags, '-o', join(folder, 'napper'), join(folder, 'napper.c')]).status).toBe(0);
  load = spawn(join(folder, 'napper'), { stdio: 'ignore' });
  sshd = await startSshd({
    pids: 'shared',
    logins: [{ name: 'plain' }, { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' }],
  });
});
afterAll(() => {
  if (why === undefined) {
    load.kill();
    sshd.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

const env = () => ({
  ...process.env,
  FBF_SSH_CONFIG: sshd.config,
  FBF_RECORDINGS: join(folder, 'recordings'),
  NODE_COMPILE_CACHE: join(tmpdir(), 'fbf-test-cache'),
});

const fbf = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env: env(),
  });

const recordingOf = (text: string): string => /^Recording: (.+)$/m.exec(text)?.[1] ?? expect.fail(text);

interface Row {
  readonly comm: string;
  readonly stack: string;
}

describe.skipIf(why)(`fbf over ssh (${why ?? 'runs'})`, () => {
  it('profiles a host into one page, says first how good the stacks are, and draws the recording again', () => {
    const { status, stdout, stderr } = fbf(
      'profile',
      sshd.url(),
      '--seconds',
      '4',
      '--name',
      'napper',
      '-o',
      'cpu.html',
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Stacks: all are complete and all frames have symbols\.\n\nbusy itself takes \d\d\.\d % of/,
    );
    expect(stdout).toMatch(/\nFrom perf on \S+ for .* Cost: .* CPU/);
    expect(stdout).toMatch(/\nFlame graph: cpu\.html\n$/);
    const page = readFileSync(join(folder, 'cpu.html'), 'utf8');
    expect(page).toContain('busy');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    const again = fbf('profile', `recording:${recordingOf(stdout)}`, '-o', 'again.html');
    expect(again.status, again.stderr).toBe(0);
    expect(readFileSync(join(folder, 'again.html'), 'utf8')).toBe(page);
  });

  it('draws what threads wait for', () => {
    const { status, stdout, stderr } = fbf(
      'profile',
      sshd.url(),
      '--off-cpu',
      '--seconds',
      '3',
      '--name',
      'napper',
      '--max-cpu',
      '400%',
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/\nFrom bpftrace on /);
    expect(readFileSync(join(folder, 'off-cpu.html'), 'utf8')).toContain('nanosleep');
  });

  it('asks by the program that the plan named', () => {
    const words = [sshd.url(), 'cpu-profile', '--seconds', '2', '--pid', String(load.pid), '--tool', 'bpftrace'];
    const planned = JSON.parse(fbf('plan', ...words, '--json').stdout) as readonly PlanRow[];
    const run = planned.find(({ step }) => step === 'run');
    expect(run).toMatchObject({ tool: 'bpftrace', right: 'root, the login', stays: 'nothing' });
    const asked = fbf('ask', ...words, '--json', '--out', 'case');
    const rows = JSON.parse(asked.stdout) as readonly Row[];
    expect(new Set(rows.map(({ comm }) => comm))).toEqual(new Set(['napper']));
    const manifest = JSON.parse(readFileSync(join(recordingOf(asked.stderr), 'manifest.json'), 'utf8')) as {
      programs: Record<string, { program: { argv: readonly string[] } }>;
    };
    const text = manifest.programs['cpu-profile']?.program.argv.find((word) => word.includes('profile:hz'));
    expect(run?.command).toContain(text);
  });

  it('keeps units and provenance in the folder that --out names', async () => {
    const kept = await openAnswer(join(folder, 'case', 'answer.arrow'));
    expect(kept.how).toMatchObject({ question: 'cpu-profile', tool: 'bpftrace' });
    expect(readdirSync(join(folder, 'case')).sort()).toEqual(['answer.arrow', 'answer.csv']);
  });

  it('says to a login without rights what would help, in the error and in the plan; with sudo it answers', () => {
    const refused = fbf('ask', sshd.url('plain'), 'cpu-profile', '--seconds', '1');
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(
      /^fbf: cpu-profile: no tool of this host can answer it\. .*\nWhat would help: .*sysctl/,
    );
    const plan = fbf('plan', sshd.url('plain'), 'cpu-profile').stdout;
    expect(plan).toMatch(/skip: cpu-profile, by perf\n +why: +kernel\.perf_event_paranoid is/);
    expect(plan).toMatch(/as: +plain; files that it may not read are left out\n/);
    const root = fbf('ask', sshd.url('sudoer'), 'cpu-profile', '--seconds', '2', '--sudo', '--csv');
    expect(root.status, root.stderr).toBe(0);
    expect(root.stdout).toMatch(/^t,cpu,pid,tid,comm,/);
    expect(fbf('plan', sshd.url('sudoer'), 'cpu-profile', '--sudo').stdout).toContain(
      'root by sudo; sudoer if sudo refuses',
    );
  });

  it('gives what was captured at Ctrl-C, and says that it was cut', async () => {
    const child = spawn(process.execPath, [main, 'ask', sshd.url(), 'mpstat', '--seconds', '120'], { cwd: folder, env: { ...env(), FBF_RECORDINGS: join(folder, 'cut') }, stdio: ['ignore', 'pipe', 'pipe'] }); // prettier-ignore
    let said = '';
    child.stdout.on('data', (bytes) => (said += String(bytes)));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const hasSamples = (): boolean =>
      existsSync(join(folder, 'cut')) &&
      readdirSync(join(folder, 'cut'), { recursive: true }).some((file) => /proc\.stat\/.*\.seg/.test(String(file)));
    await expect.poll(hasSamples, { timeout: 60_000 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(said).toMatch(/^.*(cut|ended|stopped).* cpu-utilization of \S+: \d+ rows/);
  });

  it('leaves nothing on the host', () => {
    expect(fbf('audit', sshd.url()).stdout).toContain('Fast by Friday has left nothing.');
  });
});
