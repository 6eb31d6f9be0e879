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

/** Runs the real command; its input is closed. */
const fbf = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });

/** One sentence, what to do, and no stack of ours. */
const clear = ({ stderr }: { readonly stderr: string }): void => {
  expect(stderr).toMatch(/^fbf: .+\n.+/);
  expect(stderr).not.toMatch(/\n\s+at |node:/);
};

describe('fbf', () => {
  it('says what each verb does', () => {
    const { status, stdout } = fbf('help');
    expect(status).toBe(0);
    for (const verb of ['look', 'run', 'fold', 'flame', 'decode', 'audit']) expect(stdout).toContain(`fbf ${verb} `);
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
    expect(stdout).toContain('<title>c (4 samples');
    expect(stderr).toContain('57.1 %');
  });

  it('folds what it is given', () => {
    expect(fbf('fold', 'once.folded').stdout).toBe('a;b 3\na;c 4\n');
  });
});
