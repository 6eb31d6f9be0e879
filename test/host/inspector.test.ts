import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, AskOptions, Sample } from '../../src/lib/api.ts';
import { FridayError } from '../../src/lib/errors.ts';
import { connect } from '../../src/lib/index.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { whyNoSshd } from './sshd.ts';

const why = whyNoSshd();
const folder = mkdtempSync(join(tmpdir(), 'fbf-inspector-'));
const started: ChildProcess[] = [];

/** A Node process; what it prints. */
const startNode = (...argv: readonly string[]): { readonly child: ChildProcess; readonly last: () => string } => {
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  let line = '';
  createInterface({ input: child.stdout }).on('line', (text) => (line = text));
  return { child, last: () => line };
};
const SAYS = 'console.log("ready"); setInterval(() => {}, 1000);';
const ready = async ({ last }: ReturnType<typeof startNode>): Promise<void> => {
  while (last() === '') await sleep(50);
};

/** Ports at which any process of this network namespace listens. */
const listening = (): readonly number[] =>
  readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      return state === '0A' ? [parseInt(local.split(':')[1] ?? '', 16)] : [];
    });
const lives = ({ pid = 0, exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null && existsSync(`/proc/${String(pid)}`);

let load: ReturnType<typeof startNode>;
let under: HostUnderLoad;
beforeAll(async () => {
  if (why !== undefined) return;
  load = startNode(join(packageRoot, 'fixtures', 'inspector', 'hot.cjs'));
  await ready(load);
  under = await hostUnderLoad(load.child, folder);
});
afterAll(async () => {
  if (why === undefined) await under.stop();
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const profile = async (child: ChildProcess, options: AskOptions): Promise<Answer<Sample>> =>
  await under.host.profile({ seconds: 2, target: { pid: child.pid ?? 0 }, ...options });
const byInspector = { tool: 'inspector', allow: ['debugger'] } as const;
const failure = async (asked: Promise<unknown>): Promise<string> => {
  const error = await asked.then(() => undefined, (reason: unknown) => reason); // prettier-ignore
  expect(error).toBeInstanceOf(FridayError);
  const { what, next, seen } = error as FridayError;
  return [what, next, seen].join('\n');
};

describe.skipIf(why)(`a CPU profile of a Node process by its inspector (${why ?? 'runs'})`, () => {
  it('gives the share of a hot function, and leaves the process as it was', async () => {
    const before = load.last().split(' ').map(Number);
    const answer = await profile(load.child, { seconds: 8, hz: 997, allow: ['debugger'] });
    const after = load.last().split(' ').map(Number);
    const [hot = 0, all = 0] = after.map((value, i) => value - (before[i] ?? 0));
    const count = (name: string): number => answer.filter(({ stack }) => stack.includes(`;${name} /`)).size;
    expect(answer.size).toBeGreaterThan(500);
    const samples = count('hot') + count('cold');
    const planted = hot / all;
    // 2 %, since V8 samples by wall-clock time also while other programs have the CPU, and four standard errors.
    const chance = 0.02 + 4 * Math.sqrt((planted * (1 - planted)) / samples);
    expect(Math.abs(count('hot') / samples - planted)).toBeLessThan(chance);
    expect(samples).toBeGreaterThan(0.8 * answer.size);
    for (const { t, pid, tid } of answer.rows()) {
      expect(t).toBeGreaterThanOrEqual(0);
      expect(t).toBeLessThan(8);
      expect([pid, tid]).toEqual([load.child.pid, load.child.pid]);
    }
    expect(answer.how).toMatchObject({ tool: 'inspector', whyNotBetter: 'It is the first choice for this question.' });
    expect(answer.how.program).toContain(`kill -USR1 ${String(load.child.pid)}`);
    expect(answer.how.overhead.added).toBeGreaterThan(0);
    expect(answer.health.rows()[0]).toMatchObject({ runtime: 'node', broken: 0, unknown: 0 });
    expect(listening()).not.toContain(9229);
    expect(lives(load.child)).toBe(true);
    expect((await under.host.audit()).size).toBe(0);

    const again = await connect(`recording:${answer.how.recording}`);
    expect(((await again.profile()) as Answer<Sample>).rows()).toEqual(answer.rows());
    await again.close();
  });

  it('uses an inspector that is open already, and leaves it open', async () => {
    const open = startNode('--inspect=9441', '-e', SAYS);
    await ready(open);
    const answer = await profile(open.child, byInspector);
    expect(answer.how.tool).toBe('inspector');
    expect(listening()).toContain(9441);
    open.child.kill('SIGKILL');
  });

  it('sends no signal where another process has the port, and where the signal would end the process', async () => {
    const holder = startNode('--inspect=9229', '-e', SAYS);
    await ready(holder);
    expect(await failure(profile(load.child, byInspector))).toContain('port 9229, at which process');
    // Without a tool of that name, perf answers, and says why not the inspector.
    const { how } = await profile(load.child, { allow: ['debugger'] });
    expect(how.whyNotBetter).toContain('is in use by another process: no signal was sent');
    holder.child.kill('SIGKILL');
    const deaf = startNode('--disable-sigusr1', '-e', SAYS);
    await ready(deaf);
    expect(await failure(profile(deaf.child, byInspector))).toContain('does not handle SIGUSR1, which would end it');
    expect(lives(deaf.child)).toBe(true);
    expect(lives(load.child)).toBe(true);
  });

  it('says that a process with a handler of its own did not open its inspector', async () => {
    const own = startNode('-e', `process.on('SIGUSR1', () => {}); ${SAYS}`);
    await ready(own);
    expect(await failure(profile(own.child, byInspector))).toContain('has a handler of its own, which then ran');
    expect(lives(own.child)).toBe(true);
  });

  it('needs consent, and a Node process', async () => {
    expect(await failure(profile(load.child, { tool: 'inspector' }))).toContain("allow: ['debugger']");
    const python = spawn('python3', ['-c', 'import time; time.sleep(600)'], { stdio: 'ignore' });
    started.push(python);
    await sleep(500);
    expect(await failure(profile(python, byInspector))).toContain(`process ${String(python.pid)} is not Node`);
    expect(lives(python)).toBe(true);
  });

  it('closes the inspector although the program on the host is killed', async () => {
    const script = join(packageRoot, 'src/lib/sources/inspector/record.pl');
    const perl = spawn('perl', [script, `pid=${String(load.child.pid)}`, 'hz=49'], { stdio: ['ignore', 'pipe', 'ignore'] }); // prettier-ignore
    const said = await new Promise<string>((resolve) => perl.stdout.setEncoding('utf8').once('data', resolve));
    expect(said).toContain(`begin ${String(load.child.pid)} 49 `);
    expect(listening()).toContain(9229);
    perl.kill('SIGKILL');
    while (listening().includes(9229)) await sleep(100);
    expect(lives(load.child)).toBe(true);
  });

  it('is in the plan, with what it opens, and in the check of the process', async () => {
    const target = { pid: load.child.pid ?? 0 };
    const plan = await under.host.plan('cpu-profile' as never, { target, allow: ['debugger'] });
    const [step] = plan.rows();
    expect(step).toMatchObject({ step: 'run', tool: 'inspector' });
    expect(step?.overhead).toContain('every user of the host can run code in the process by it');
    const [row] = (await under.host.check({ target })).rows();
    expect(row?.fix).toContain(`target: { pid: ${String(target.pid)} }, allow: ['debugger']`);
  });
});
