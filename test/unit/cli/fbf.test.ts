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

/** Runs the real command with closed input. */
const fbf = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env,
  });

/** The error is one sentence with a next step and without a stack trace. */
const clear = ({ stderr }: { readonly stderr: string }): void => {
  expect(stderr).toMatch(/^fbf[: ].+\n.+/);
  expect(stderr).not.toMatch(/\n\s+at |node:/);
};

describe('fbf', () => {
  it('describes each verb in its help', () => {
    const { status, stdout } = fbf('help');
    expect(status).toBe(0);
    for (const verb of ['look', 'run', 'fold', 'flame', 'decode', 'audit']) expect(stdout).toContain(`fbf ${verb} `);
  });

  it('prints the help of a verb (help VERB and VERB --help) and the version', () => {
    expect(fbf('help', 'look').stdout).toBe(fbf('look', '--help').stdout);
    expect(fbf('help', 'look').stdout).toMatch(/^fbf look HOST/);
    for (const option of ['--version', '-V']) expect(fbf(option).stdout).toMatch(/^fbf \d+\.\d+\.\d+ \(Node \d/);
    expect(fbf('help', 'nope').status).toBe(2);
  });

  it('names the wrong option and the values that it accepts', () => {
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

  it('lists the events of a profile if the requested one is missing', () => {
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

  it('does not call counts samples if the file gives no unit', () => {
    writeFileSync(join(folder, 'periods.folded'), 'a;b 9000000000\na;c 1000000000\n');
    const { stdout, status } = fbf('flame', 'periods.folded', '-o', 'p.svg');
    expect(status).toBe(0);
    expect(stdout).toContain('10,000,000,000 counts');
    expect(stdout).not.toContain('samples');
  });

  it('exits with 1 if nothing could be decoded, and names a source that fits', () => {
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

  it('reports a file with only the magic of perf.data as too short', () => {
    writeFileSync(join(folder, 'magic'), 'PERFILE2');
    const { stderr, status } = fbf('fold', 'magic');
    expect(status).toBe(1);
    expect(stderr).toContain('got a file of 8 bytes');
    expect(stderr).not.toContain('magic PERFILE2');
  });

  it('reports a full standard output', () => {
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

  it('exits with 2 on a wrong verb or option, and says what is wrong', () => {
    for (const args of [['nope'], ['sources', '--nope'], ['decode', '--format'], ['fold', '--like', 'ruby', 'x']]) {
      const ended = fbf(...args);
      expect(ended.status, args.join(' ')).toBe(2);
      expect(ended.stderr).not.toMatch(/\n\s+at |node:/);
      expect(ended.stderr).toMatch(/--help|fbf help/);
    }
  });

  it('exits with 1 on an unreadable file, and names it', () => {
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

  it('writes all folded lines to a slow reader', () => {
    const lines = Array.from({ length: 9000 }, (_, i) => `main;work_${String(i).padStart(6, '0')};leaf 1\n`).join('');
    writeFileSync(join(folder, 'long.folded'), lines);
    const line = `"$0" "${main}" fold long.folded | (sleep 1; cat); exit \${PIPESTATUS[0]}`;
    const { status, stdout } = spawnSync('bash', ['-c', line, process.execPath], { encoding: 'utf8', cwd: folder });
    expect(status).toBe(0);
    expect(stdout).toBe(lines);
  });

  it('exits silently when its reader closes the pipe', () => {
    const line = `"$0" "${main}" sources | head -n 1; exit \${PIPESTATUS[0]}`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath], { encoding: 'utf8' });
    expect(stdout.split('\n')).toHaveLength(2);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('reads a profile from a pipe and writes the figure to a pipe, with messages on stderr', () => {
    const line = `printf 'a;b 3\\na;c 4\\n' | "$0" "${main}" fold | "$0" "${main}" flame`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^<\?xml[^]*<\/svg>\s*$/);
    expect(stdout).toContain('<title>c (4 counts');
    expect(stderr).toContain('57.1 %');
  });

  it('describes a question under the name of the usual command (iostat)', () => {
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

  it('lists the differences between two recordings, the largest relative to its noise first', () => {
    const [idle, busy] = ['idle', 'cpu-bound'].map((name) => `recording:${join(packageRoot, 'fixtures', name)}`);
    const { stdout, status, stderr } = fbf('look', busy!, '--against', idle!);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^A: recording:.*cpu-bound .*\nB: recording:.*idle /);
    expect(stdout.split('\n').slice(4, 9).join('\n')).toMatch(/cpu-utilization busy/);
    expect(stdout).toMatch(/\d+ of \d+ columns differ; \d+ are the same within the noise\./);
    expect(fbf('look', idle!, '--against', idle!).stdout).toContain('Nothing differs by more than the noise.');
  });

  it('folds a profile', () => {
    expect(fbf('fold', 'once.folded').stdout).toBe('a;b 3\na;c 4\n');
  });
});
