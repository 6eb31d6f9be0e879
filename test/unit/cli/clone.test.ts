import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/lib/paths.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fbf-clone-')));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a script of the clone. */
const inClone = (clone: string, code: string, env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: clone,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

describe('setting up a clone', () => {
  it('refuses a Python older than JupyterLab needs, before it installs anything', () => {
    const bin = join(folder, 'old-python');
    mkdirSync(bin);
    const old = '#!/bin/sh\n# Python 3.9: it fails only where a program compares the version.\n';
    writeFileSync(join(bin, 'python3'), `${old}case "$*" in *version_info*) exit 1 ;; esac\n`, { mode: 0o755 });
    const { status, stdout, stderr } = inClone(
      packageRoot,
      `import { withSetup } from './scripts/setup.js'; await withSetup({}, () => 0);`,
      { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    );
    expect(stderr).toContain('python3 is older than 3.10: install Python 3.10 or newer');
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
});

describe('fbf from any folder, by npm start -- --link', () => {
  const linked = (home: string) =>
    inClone(
      packageRoot,
      `import { link } from './scripts/link.js'; console.log(link(${JSON.stringify(home)}, process.env.PATH));`,
      { PATH: `${join(home, '.local', 'bin')}:${process.env['PATH'] ?? ''}` },
    );

  it('makes a link to this clone, and replaces the link to another clone', () => {
    const at = join(folder, '.local', 'bin', 'fbf');
    mkdirSync(join(folder, '.local', 'bin'), { recursive: true });
    symlinkSync('/another/clone/bin/fbf', at);
    const { stdout, stderr } = linked(folder);
    expect(stdout, stderr).toContain('Try: fbf help');
    expect(realpathSync(at)).toBe(join(packageRoot, 'bin', 'fbf'));
  });

  it("keeps another program's file and says so", () => {
    const home = join(folder, 'other');
    mkdirSync(join(home, '.local', 'bin'), { recursive: true });
    writeFileSync(join(home, '.local', 'bin', 'fbf'), '#!/bin/sh\n');
    const { status, stderr } = linked(home);
    expect(status).toBe(1);
    expect(stderr).toContain("another program's");
    expect(lstatSync(join(home, '.local', 'bin', 'fbf')).isFile()).toBe(true);
  });
});

const ready = existsSync(join(packageRoot, '.venv', 'bin', 'jupyter')) && existsSync(join(packageRoot, 'dist', 'cli'));

/** A copy like that of `cp -a`, of the files that matter; the installed packages are shared. */
const copyClone = (copy: string): void => {
  const taken = [
    'bin',
    'scripts',
    'dist',
    'kernel/spec',
    'src/cli/nbconvert',
    'package.json',
    '.venv/bin',
    '.venv/pyvenv.cfg',
  ];
  for (const path of [...taken, '.venv/share/jupyter/kernels', '.venv/share/jupyter/labextensions']) {
    if (!existsSync(join(packageRoot, path))) continue;
    cpSync(join(packageRoot, path), join(copy, path), { recursive: true, verbatimSymlinks: true });
  }
  for (const path of ['node_modules', '.venv/lib']) symlinkSync(join(packageRoot, path), join(copy, path));
};

describe.skipIf(!ready)('a copied clone (needs npm start once)', () => {
  const copy = join(folder, 'copy$&');
  beforeAll(() => {
    copyClone(copy);
  });

  it('starts its own JupyterLab and its own kernel after setting up', () => {
    const { stdout, stderr, status } = inClone(
      copy,
      "import { moved, register } from './scripts/setup.js'; moved(); register();",
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`this clone was at ${packageRoot} before`);
    const own = join(copy, '.venv');
    const names = readdirSync(join(own, 'bin'), { withFileTypes: true }).filter((entry) => entry.isFile());
    const old = names.filter(({ name }) => readFileSync(join(own, 'bin', name), 'latin1').includes(packageRoot));
    expect(old.map(({ name }) => name)).toEqual([]);
    expect(readFileSync(join(own, 'pyvenv.cfg'), 'utf8')).not.toContain(packageRoot);
    const kernel = join(own, 'share', 'jupyter', 'kernels', 'fast-by-friday', 'kernel.json');
    const { argv } = JSON.parse(readFileSync(kernel, 'utf8')) as { argv: string[] };
    expect(argv[1]).toBe(join(copy, 'dist', 'kernel', 'front.js'));
    const extension = join(own, 'share', 'jupyter', 'labextensions', 'fast-by-friday-extension');
    expect(readlinkSync(extension)).toBe(join(copy, 'dist', 'labextension'));
  });

  it('changes nothing the second time', () => {
    const { stdout } = inClone(copy, "import { moved, register } from './scripts/setup.js'; moved(); register();");
    expect(stdout).toBe('');
  });

  it('recreates its .venv if its scripts cannot be rewritten', () => {
    const spaced = join(folder, 'a copy');
    copyClone(spaced);
    const { status, stderr } = inClone(spaced, "import { moved } from './scripts/setup.js'; moved();");
    expect(status, stderr).toBe(0);
    expect(existsSync(join(spaced, '.venv'))).toBe(false);
  });
});
