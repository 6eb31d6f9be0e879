import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/lib/paths.ts';

const main = join(packageRoot, 'src', 'cli', 'main.ts');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fbf-cli-'));
  writeFileSync(join(folder, 'once.folded'), 'a;b 3\na;c 4\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'fbf-test-cache') };

/** Runs the real command; its input is closed. */
const fbf = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env,
  });

/** One sentence, what to do, and no stack of ours. */
const clear = ({ stderr }: { readonly stderr: string }): void => {
  expect(stderr).toMatch(/^fbf[: ].+\n.+/);
  expect(stderr).not.toMatch(/\n\s+at |node:/);
};

describe('fbf', () => {
  it('says what each verb does', () => {
    const { status, stdout } = fbf('help');
    expect(status).toBe(0);
    for (const verb of ['look', 'run', 'fold', 'flame', 'decode', 'audit']) expect(stdout).toContain(`fbf ${verb} `);
  });

  it('says what one verb does, both ways, and which version it is', () => {
    expect(fbf('help', 'look').stdout).toBe(fbf('look', '--help').stdout);
    expect(fbf('help', 'look').stdout).toMatch(/^fbf look HOST/);
    for (const option of ['--version', '-V']) expect(fbf(option).stdout).toMatch(/^fbf \d+\.\d+\.\d+ \(Node \d/);
    expect(fbf('help', 'nope').status).toBe(2);
  });

  it('names the option that is wrong, and what it takes', () => {
    for (const [option, ...args] of [
      ['--seconds', 'look', 'local:', '--seconds', 'abc'],
      ['--seconds', 'look', 'local:', '--seconds', '-5'],
      ['--seconds', 'look', 'local:', '--seconds', '0'],
      ['--every', 'decode', 'proc.stat', '/proc/stat', '--every', '0'],
      ['--every', 'decode', 'proc.stat', '/proc/stat', '--every', 'abc'],
      ['--format', 'decode', 'proc.stat', '/proc/stat', '--format', 'xml'],
      ['--width', 'flame', 'once.folded', '--width', '1e9'],
      ['--weight', 'flame', 'once.folded', '--weight', 'kilos'],
      ['--like', 'fold', 'once.folded', '--like', 'ruby'],
      ['--timeout', 'run', 'x.ipynb', '--timeout', 'soon'],
    ] as const) {
      const ended = fbf(...args);
      expect(ended.status, args.join(' ')).toBe(2);
      expect(ended.stderr).toMatch(new RegExp(`^fbf ${args[0]}: ${option}: expected .+, got "`));
    }
  });

  it('names the events that a profile has where the wanted one is not among them', () => {
    const plain = join(packageRoot, 'fixtures', 'perf-data', 'plain.data');
    for (const args of [
      ['flame', plain, '--event', 'nosuch', '-o', 'x.svg'],
      ['fold', plain, '--event-filter', 'nosuch'],
    ]) {
      const ended = fbf(...args);
      expect(ended.status).toBe(1);
      expect(ended.stderr).toMatch(/expected an event of the profile, got "nosuch"\nIt has \S+ \(\d+ samples\)/);
      clear(ended);
    }
    expect(fbf('flame', 'once.folded', '--event', 'cycles').stderr).toContain('names no events');
  });

  it('does not call counts samples where a file does not say what it counts', () => {
    writeFileSync(join(folder, 'periods.folded'), 'a;b 9000000000\na;c 1000000000\n');
    const { stdout, status } = fbf('flame', 'periods.folded', '-o', 'p.svg');
    expect(status).toBe(0);
    expect(stdout).toContain('10,000,000,000 counts');
    expect(stdout).not.toContain('samples');
  });

  it('ends with 1 where nothing could be decoded, and names a source that fits', () => {
    for (const args of [
      ['decode', 'proc.stat', '/proc/meminfo'],
      ['decode', 'perf.stat', 'once.folded'],
      ['flame', '/dev/null', '-o', 'x.svg'],
      ['fold', '/dev/null'],
      ['flame', 'once.folded', '--symbols', 'nosuchdir'],
      ['fold', 'once.folded', '--symbols', 'nosuchdir'],
    ]) {
      const ended = fbf(...args);
      expect(ended.status, `${args.join(' ')}: ${ended.stderr}`).toBe(1);
      expect(ended.stdout).toBe('');
      clear(ended);
    }
    expect(fbf('decode', 'proc.stat', '/proc/meminfo').stderr).toContain('fbf decode proc.meminfo /proc/meminfo');
  });

  it('says of a file with only the magic of perf.data that it is too short, not that the magic is missing', () => {
    writeFileSync(join(folder, 'magic'), 'PERFILE2');
    const { stderr, status } = fbf('fold', 'magic');
    expect(status).toBe(1);
    expect(stderr).toContain('got a file of 8 bytes');
    expect(stderr).not.toContain('magic PERFILE2');
  });

  it('says that standard output is full', () => {
    for (const args of [
      'sources',
      'fold once.folded',
      'decode proc.stat /proc/stat',
      'flame once.folded -o full.svg',
    ]) {
      const line = `"$0" "${main}" ${args} > /dev/full`;
      const ended = spawnSync('sh', ['-c', line, process.execPath], { encoding: 'utf8', cwd: folder });
      expect(ended.status, args).toBe(1);
      expect(ended.stderr).toContain('the disk is full');
      clear(ended);
    }
  });

  it('says what is wrong with a verb or an option, and ends with 2', () => {
    for (const args of [['nope'], ['sources', '--nope'], ['decode', '--format'], ['fold', '--like', 'ruby', 'x']]) {
      const ended = fbf(...args);
      expect(ended.status, args.join(' ')).toBe(2);
      expect(ended.stderr).not.toMatch(/\n\s+at |node:/);
      expect(ended.stderr).toMatch(/--help|fbf help/);
    }
  });

  it('says which file cannot be read, and ends with 1', () => {
    for (const args of [
      ['fold', 'missing'],
      ['fold', '.'],
      ['flame', 'missing', '-o', 'x.svg'],
      ['flame', 'once.folded', '-o', join('missing', 'x.svg')],
      ['cat', 'missing'],
      ['verify', '.'],
      ['decode', 'proc.stat', 'missing'],
      ['decode', 'perf.stat', 'missing'],
      ['run', 'missing.ipynb'],
      ['symbols', 'missing', '--out', 'symbols'],
    ]) {
      const ended = fbf(...args);
      expect(ended.status, `${args.join(' ')}: ${ended.stderr}`).toBe(1);
      clear(ended);
    }
  });

  it('folds into a pipe whose reader is slow, all of it', () => {
    const lines = Array.from({ length: 9000 }, (_, i) => `main;work_${String(i).padStart(6, '0')};leaf 1\n`).join('');
    writeFileSync(join(folder, 'long.folded'), lines);
    const line = `"$0" "${main}" fold long.folded | (sleep 1; cat); exit \${PIPESTATUS[0]}`;
    const { status, stdout } = spawnSync('bash', ['-c', line, process.execPath], { encoding: 'utf8', cwd: folder });
    expect(status).toBe(0);
    expect(stdout).toBe(lines);
  });

  it('ends without a word when its reader has seen enough', () => {
    const line = `"$0" "${main}" sources | head -n 1; exit \${PIPESTATUS[0]}`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath], { encoding: 'utf8' });
    expect(stdout.split('\n')).toHaveLength(2);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('draws what comes through a pipe, into a pipe, and says the rest elsewhere', () => {
    const line = `printf 'a;b 3\\na;c 4\\n' | "$0" "${main}" fold | "$0" "${main}" flame`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^<\?xml[^]*<\/svg>\s*$/);
    expect(stdout).toContain('<title>c (4 counts');
    expect(stderr).toContain('57.1 %');
  });

  it('describes a question by the name of the command that answers it elsewhere', () => {
    const { stdout, status } = fbf('sources', 'iostat');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^disk-activity: /);
    for (const part of ['iostat\n', 'sources:', 'cannot see:', 'proc.diskstats', 'await '])
      expect(stdout).toContain(part);
    const [{ name }] = JSON.parse(fbf('sources', 'vmstat', '--json').stdout) as [{ name: string }];
    expect(name).toBe('system-activity');
    const wrong = fbf('sources', 'iostatt');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('iostat');
  });

  it('says what differs between two recordings, the largest change relative to its noise first', () => {
    const [idle, busy] = ['idle', 'cpu-bound'].map((name) => `recording:${join(packageRoot, 'fixtures', name)}`);
    const { stdout, status, stderr } = fbf('look', busy!, '--against', idle!);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^A: recording:.*cpu-bound .*\nB: recording:.*idle /);
    expect(stdout.split('\n').slice(4, 9).join('\n')).toMatch(/cpu-utilization busy/);
    expect(stdout).toMatch(/\d+ of \d+ columns differ; \d+ are the same within the noise\./);
    expect(fbf('look', idle!, '--against', idle!).stdout).toContain('Nothing differs by more than the noise.');
  });

  it('folds what it is given', () => {
    expect(fbf('fold', 'once.folded').stdout).toBe('a;b 3\na;c 4\n');
  });
});
