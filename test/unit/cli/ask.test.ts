import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, openAnswer } from '../../../src/lib/index.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { questions } from '../../../src/lib/questions/list.ts';

const main = join(packageRoot, 'src', 'cli', 'main.ts');
const IDLE = `recording:${join(packageRoot, 'fixtures', 'idle')}`;
const folder = mkdtempSync(join(tmpdir(), 'fbf-ask-'));
const hostile = join(folder, 'hostile');
const EVIL = 'w\u001b[2J\u202eb\n\u009b31m';

beforeAll(() => {
  cpSync(join(packageRoot, 'fixtures', 'idle'), hostile, { recursive: true });
  const file = join(hostile, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
    host: { hostname: string };
    sources: Record<string, { tool: string }>;
  };
  manifest.host.hostname = EVIL;
  for (const source of Object.values(manifest.sources)) source.tool = EVIL;
  writeFileSync(file, JSON.stringify(manifest));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the real command with closed input. */
const fbf = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'fbf-test-cache') },
  });

const sizeOf = async (name: string): Promise<number> => {
  const host = await connect(IDLE);
  const { size } = (await host.ask(name as never)) as { size: number };
  await host.close();
  return size;
};

describe('fbf ask', () => {
  it('prints the sentence, rows in units, what limits the answer, and the recording', () => {
    const { status, stdout, stderr } = fbf('ask', IDLE, 'iostat');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^disk-activity of \S+: \d+ rows\n/);
    expect(stdout).toMatch(/\n +t +seconds +device .*busy\n/);
    expect(stdout).toMatch(/\nRead from \/proc by .* Cost: .* CPU/);
    expect(stdout).toMatch(/\nCannot see:\n {2}- the distribution of latency/);
    expect(stdout).toContain(`\nRecording: ${join(packageRoot, 'fixtures', 'idle')}\n`);
  });

  it('gives all rows to the next program as JSON or CSV, and the sentence on standard error', async () => {
    const size = await sizeOf('mpstat');
    const json = fbf('ask', IDLE, 'mpstat', '--json');
    const rows = JSON.parse(json.stdout) as readonly Record<string, unknown>[];
    expect(rows).toHaveLength(size);
    expect(rows[0]).toHaveProperty('cpu');
    expect(json.stderr).toMatch(/^cpu-utilization of .* rows\nRecording: /);
    const csv = fbf('ask', IDLE, 'mpstat', '--csv');
    expect(csv.stdout.trimEnd().split('\n')).toHaveLength(size + 1);
    expect(csv.stdout).toMatch(/^t,seconds,cpu,/);
  });

  it('writes the rows with their units and provenance into a folder', async () => {
    const { status, stdout } = fbf('ask', IDLE, 'iostat', '--out', 'new/case');
    expect(status).toBe(0);
    expect(stdout).toContain('Rows: new/case/answer.arrow\nRows: new/case/answer.csv\n');
    const kept = await openAnswer(join(folder, 'new', 'case', 'answer.arrow'));
    expect(kept.size).toBe(await sizeOf('iostat'));
    expect(readdirSync(join(folder, 'new', 'case')).sort()).toEqual(['answer.arrow', 'answer.csv']);
  });

  it('names the question that was meant, before it connects', () => {
    for (const verb of ['ask', 'plan']) {
      const { status, stderr } = fbf(verb, 'ssh://no.such.host.invalid', 'iosat');
      expect(status).toBe(2);
      expect(stderr).toMatch(/got "iosat"\nDid you mean iostat\?/);
    }
  });

  it('names the wrong option, and what it takes', () => {
    for (const [option, value] of [
      ['--seconds', 'soon'],
      ['--hz', 'fast'],
      ['--hz', '-1'],
      ['--pid', 'nginx'],
      ['--name', ''],
      ['--need', 'all'],
      ['--max-cpu', 'much'],
      ['--max-bytes', '500'],
    ] as const)
      for (const words of [
        ['ask', IDLE, 'iostat'],
        ['plan', IDLE, 'iostat'],
        ['profile', IDLE],
      ] as const) {
        const { status, stderr } = fbf(...words, option, value);
        expect(status, stderr).toBe(2);
        expect(stderr).toMatch(new RegExp(`^fbf ${words[0]}: ${option}: expected .+, got "`));
      }
  });

  it('refuses an option that the question would ignore', () => {
    for (const option of [
      ['--pid', '7'],
      ['--tool', 'perf'],
    ]) {
      const { status, stderr } = fbf('ask', IDLE, 'pidstat', ...option);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^fbf ask: --\w+: expected a question that a program answers, got pidstat, .*\n.+/);
    }
  });

  it('says what it expects where a host, a question or one of two formats is missing', () => {
    for (const words of [
      ['ask'],
      ['ask', 'iostat'],
      ['plan', 'local:'],
      ['profile'],
      ['ask', IDLE, 'iostat', 'mpstat'],
      ['ask', IDLE, 'iostat', '--json', '--csv'],
      ['questions', 'iostat'],
      ['profile', IDLE, '-o', 'cpu.gif'],
    ]) {
      // prettier-ignore
      const { status, stderr, stdout } = fbf(...words);
      expect(status, words.join(' ')).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^fbf \w+: .*expected .+, got .+\n.+/);
    }
  });
});

describe('fbf plan', () => {
  it('lists what a recording would be read for, as text and as JSON', () => {
    const { status, stdout } = fbf('plan', IDLE, 'iostat', 'cpu-profile');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^iostat, cpu-profile on recording:.* would read 1 source; /);
    expect(stdout).toMatch(/ask would\s+refuse\. None of it was read or run\.\n/);
    expect(stdout).toMatch(/\n1\. +skip: cpu-profile\n +why: +it is not in this recording\n/);
    expect(stdout).toMatch(/\n2\. +read: proc\.diskstats, by perl, [\d.]+ Hz\n +segments\/proc\.diskstats\n/);
    const rows = JSON.parse(fbf('plan', IDLE, 'iostat', '--json').stdout) as readonly { command: string }[];
    expect(rows.map(({ command }) => command)).toEqual(['segments/proc.diskstats']);
  });
});

describe('fbf questions', () => {
  it('lists every question with its other names and tools', () => {
    const { status, stdout } = fbf('questions');
    expect(status).toBe(0);
    for (const { name, aliases } of questions)
      expect(stdout.replace(/\s+/g, ' ')).toContain(aliases.length === 0 ? name : `Also: ${aliases.join(', ')}.`);
    expect(stdout).toMatch(/\ncpu-profile {2,}Which code runs.*[^]*?By perf, else bpftrace, else inspector\./);
  });

  it('says by which tool a host can answer each', () => {
    const { stdout } = fbf('questions', '--host', IDLE);
    expect(stdout).toMatch(/\ndisk-activity .*\n +yes +perl\n/);
    expect(stdout).toMatch(/\ncpu-profile [^]*?\n +no +perf: it did not run in this recording;\s+fix: record again/);
    const all = JSON.parse(fbf('questions', '--host', IDLE, '--json').stdout) as { name: string; host: unknown[] }[];
    expect(all.map(({ name }) => name)).toEqual(questions.map(({ name }) => name));
    expect(all.every(({ host }) => host.length > 0)).toBe(true);
  });
});

describe('fbf profile', () => {
  it('says that a recording has no profile, and writes no file', () => {
    const { status, stderr } = fbf('profile', IDLE);
    expect(status).toBe(1);
    expect(stderr).toMatch(/this recording has no cpu-profile\nIt has /);
    expect(existsSync(join(folder, 'cpu-profile.html'))).toBe(false);
  });
});

describe('what a host says about itself', () => {
  it('reaches the terminal without control characters', () => {
    for (const words of [
      ['ask', `recording:${hostile}`, 'iostat'],
      ['plan', `recording:${hostile}`, 'iostat'],
      ['questions', '--host', `recording:${hostile}`],
    ]) {
      const { status, stdout, stderr } = fbf(...words);
      expect(status, stderr).toBe(0);
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  });
});
