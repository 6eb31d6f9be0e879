import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHART, FLAMEGRAPH } from '../../src/lib/mime.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { type Sshd, startSshd, whyNoSshd } from './sshd.ts';

const fbf = join(packageRoot, 'bin', 'fbf');
const notebook = join(packageRoot, 'notebooks', '01-first-60-seconds.ipynb');
const ready =
  existsSync(join(packageRoot, 'dist', 'kernel', 'front.js')) &&
  existsSync(join(packageRoot, '.venv', 'bin', 'python'));

interface Output {
  readonly output_type: string;
  readonly evalue?: string;
  readonly name?: string;
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Runs the notebook and returns its outputs. */
const run = (dir: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, file = notebook): readonly Output[] => {
  const { status, stderr } = spawnSync(fbf, ['run', file, '--out', dir, ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      FBF_RECORDINGS: join(dir, 'recordings'),
      JUPYTER_PATH: join(packageRoot, '.venv', 'share', 'jupyter'),
      ...env,
    },
  });
  expect(status, stderr).toBe(0);
  const { cells } = JSON.parse(readFileSync(join(dir, basename(file)), 'utf8')) as {
    cells: readonly { outputs?: readonly Output[] }[];
  };
  return cells.flatMap(({ outputs }) => outputs ?? []);
};

/** Checks that there is no error, that every figure has its PNG and text, and that there is no HTML or JavaScript. */
const holdsTogether = (outputs: readonly Output[]): void => {
  expect(outputs.filter(({ output_type, name }) => output_type === 'error' || name === 'stderr')).toEqual([]);
  const figures = outputs.filter(({ data }) => data !== undefined && CHART in data);
  expect(figures.length).toBeGreaterThanOrEqual(7);
  for (const { data } of figures)
    expect(Object.keys(data ?? {})).toEqual(expect.arrayContaining(['image/png', 'text/plain']));
  for (const { data } of outputs) {
    expect(Object.keys(data ?? {})).not.toContain('text/html');
    expect(Object.keys(data ?? {})).not.toContain('application/javascript');
  }
};

describe.skipIf(!ready)('the notebook of the first sixty seconds (needs npm start once)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-notebook-'));
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  test('runs on the bundled recording without a parameter', () => {
    const outputs = run(dir, []);
    holdsTogether(outputs);
    expect(JSON.stringify(outputs)).toContain('Suspect: the CPU');
  });

  test('runs in the form in which JupyterLab saves it, with sources as lists of lines', () => {
    const folder = join(dir, 'saved');
    mkdirSync(folder);
    const saved = JSON.parse(readFileSync(notebook, 'utf8')) as { cells: { source: string | string[] }[] };
    for (const cell of saved.cells)
      cell.source = [cell.source]
        .flat()
        .join('')
        .split(/(?<=\n)/);
    const file = join(folder, '01-first-60-seconds.ipynb');
    writeFileSync(file, JSON.stringify(saved));
    holdsTogether(run(dir, ['--host', `recording:${join(packageRoot, 'fixtures', 'idle')}`], {}, file));
  });

  test('runs on this machine', () => {
    holdsTogether(run(dir, ['--host', 'local:', '--param', 'seconds=5']));
  });

  test('writes a page that loads nothing from the network', () => {
    const page = readFileSync(join(dir, '01-first-60-seconds.html'), 'utf8');
    expect(page).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=["']?(https?:)?\/\//i);
    expect(page).not.toMatch(/@import|url\(["']?https?:/i);
    const pictures = page.match(/<img[^>]*src="data:image\/png;base64,[^>]*>/g) ?? [];
    expect(pictures.length).toBeGreaterThanOrEqual(7);
    // Check the width, which is that in JupyterLab; the PNG has twice the pixels.
    for (const picture of pictures)
      expect(Number(/width="?(\d+)/.exec(picture.replace(/base64,[^"]*/, ''))?.[1])).toBeLessThan(900);
  });

  test('writes its recording beside the executed notebook', () => {
    const out = join(dir, 'kept');
    const env: NodeJS.ProcessEnv = { ...process.env, JUPYTER_PATH: join(packageRoot, '.venv', 'share', 'jupyter') };
    delete env['FBF_RECORDINGS'];
    const args = ['run', notebook, '--out', out, '--host', 'local:', '--param', 'seconds=2'];
    const { status, stderr } = spawnSync(fbf, args, { encoding: 'utf8', env });
    expect(status, stderr).toBe(0);
    expect(readdirSync(join(out, 'recordings'))).toHaveLength(1);
  });

  test('stops at a failed connect and prints its error', () => {
    const args = ['run', notebook, '--out', join(dir, 'refused'), '--host', 'ssh://127.0.0.1:1'];
    const { status, stderr } = spawnSync(fbf, args, {
      encoding: 'utf8',
      env: { ...process.env, JUPYTER_PATH: join(packageRoot, '.venv', 'share', 'jupyter') },
    });
    expect(status).toBe(1);
    expect(stderr.match(/: error$/gm)).toHaveLength(1);
    expect(stderr).toMatch(/^fbf run: FridayError: .*refused/m);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^fbf run: /);
  });

  describe.skipIf(whyNoSshd() !== undefined)('over a real ssh', () => {
    let sshd: Sshd;
    beforeAll(async () => {
      sshd = await startSshd({ net: 'loopback' });
    });
    afterAll(() => {
      sshd.stop();
    });

    test('runs on a host', () => {
      holdsTogether(run(dir, ['--host', sshd.url(), '--param', 'seconds=5'], { FBF_SSH_CONFIG: sshd.config }));
    });
  });
});

describe.skipIf(!ready)('the notebook of a CPU profile (needs npm start once)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-notebook-'));
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  test('runs on the bundled profile and finds the function that uses the CPUs once per second', () => {
    const outputs = run(dir, [], {}, join(packageRoot, 'notebooks', '02-cpu-profile.ipynb'));
    expect(outputs.filter(({ output_type, name }) => output_type === 'error' || name === 'stderr')).toEqual([]);
    const graphs = outputs.flatMap(({ data = {} }) => (FLAMEGRAPH in data ? [String(data['text/plain'])] : []));
    expect(graphs).toHaveLength(3);
    // Chapter 3: only the stripe; chapter 4: the stripe compared with the rest.
    expect(graphs[1]).toMatch(/^RegExp.* itself takes [67]\d\.\d % of /);
    expect(graphs[2]).toMatch(/^RegExp.* went from \d\.\d+ % to [67]\d\.\d % of the profile/);
    expect(JSON.stringify(outputs)).toContain('-fno-omit-frame-pointer');
  });
});

describe.skipIf(!ready)('the notebook of profiles on and off CPU (needs npm start once)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-notebook-'));
  const profiles = join(packageRoot, 'notebooks', '03-profiles.ipynb');
  const failed = (outputs: readonly Output[]): readonly Output[] =>
    outputs.filter(({ output_type, name }) => output_type === 'error' || name === 'stderr');
  const printed = (outputs: readonly Output[]): string =>
    outputs.flatMap(({ name, text }) => (name === 'stdout' ? text : [])).join('');
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  test('finds the seconds, the function and the lock in the bundled recording, and says what it ruled out', () => {
    const outputs = run(dir, [], {}, profiles);
    expect(failed(outputs)).toEqual([]);
    const said = printed(outputs);
    expect(said).toMatch(/^Found: the seconds 12 to 16 differ/m);
    expect(said).toMatch(/^Found: in the seconds 12 to 16, validate_order \(checkout\): /m);
    expect(said).toMatch(/^Found: threads wait in lock_inventory \(checkout\) for a lock or another thread, /m);
    expect(said).toMatch(/^Ruled out: search: .* the same within the noise\.$/m);
    expect(said).toMatch(/^Ruled out: waits for a device/m);
    expect(said).toMatch(/^lock_inventory: \d+ ms of waits per second before, \d{3} ms after\.$/m);
    expect(said).not.toContain('Skipped');
    const graphs = outputs.flatMap(({ data = {} }) => (FLAMEGRAPH in data ? [String(data['text/plain'])] : []));
    expect(graphs).toHaveLength(6);
    expect(graphs[1]).toMatch(/^validate_order went from /);
    for (const graph of graphs) expect(graph).toMatch(/From (perf|bpftrace) on checkout-1/);
  });

  test('runs on this machine, or says what it lacks', () => {
    const outputs = run(dir, ['--host', 'local:', '--param', 'seconds=3', '--param', 'maxCpu=400%'], {}, profiles);
    expect(failed(outputs)).toEqual([]);
    expect(printed(outputs)).toMatch(/^Skipped: before is not an earlier recording of this host\./m);
  });
});
