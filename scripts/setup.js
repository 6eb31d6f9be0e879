// Sets up a checkout: dependencies, JupyterLab in .venv, the bundles, the kernel. Plain JavaScript without
// dependencies, because it runs before they are installed. A step is skipped if its inputs have not changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { writeSettings } from './jupyter-settings.js';
import { moveIn } from './venv-home.js';

export const root = join(import.meta.dirname, '..');
export const venv = join(root, '.venv');
export const ownNode = join(root, 'node_modules', '.bin', 'node');
export const python = join(venv, 'bin', 'python');

/** An error that only the user can fix: one sentence with the command. */
export class Missing extends Error {}

const run = (command, args, options = {}) => {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  });
  if (error) throw error;
  if (status !== 0)
    throw new Missing(`${[command, ...args].join(' ')} ended with status ${status}: see its output above.`);
};

const works = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const digest = (...files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
};

const filesUnder = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && !/(node_modules|[/\\]lib$|tsbuildinfo)/.test(join(entry.parentPath.slice(root.length), '')),
    )
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

/** The steps of this set-up that had something to do, and their seconds. */
export const setupSteps = [];

/** Runs `work`, unless it was done with the same key and the files that it made still exist. */
const once = (name, key, made, say, work) => {
  const mark = join(root, '.setup', name);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === key && made.every((file) => existsSync(join(root, file))))
    return;
  const began = Date.now();
  process.stdout.write(`- ${say}\n`);
  work();
  mkdirSync(join(root, '.setup'), { recursive: true });
  writeFileSync(mark, key);
  const seconds = (Date.now() - began) / 1000;
  setupSteps.push({ say, seconds });
  process.stdout.write(`  done in ${seconds.toFixed(1)} s\n`);
};

const checkMachine = () => {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Missing(
      `Node ${process.versions.node} is too old: install Node 20 or newer (Debian 13: apt install nodejs npm).`,
    );
  }
  if (!works('python3', ['--version']))
    throw new Missing('Python 3 is missing: install it (Debian: apt install python3 python3-venv).');
  // What JupyterLab needs; requirements.txt is made for it.
  if (!works('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'])) {
    throw new Missing('python3 is older than 3.10: install Python 3.10 or newer and put it first in your PATH.');
  }
  if (!works('python3', ['-c', 'import venv, ensurepip'])) {
    throw new Missing("Python's venv module is missing: install it (Debian: apt install python3-venv).");
  }
  if (!works('git', ['--version'])) throw new Missing('git is missing: install it (Debian: apt install git).');
};

const dependencies = () => {
  const key = digest('package-lock.json');
  const say = 'installing the npm packages, Node 24 among them (npm ci)';
  once('npm', key, ['node_modules/.bin/node', 'node_modules/esbuild'], say, () => {
    // With NODE_ENV=production npm would leave out what the build needs.
    run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  });
};

const jupyter = (requirements) => {
  const say = `installing JupyterLab 4.6 into .venv (pip install -r ${requirements})`;
  once(requirements, digest('requirements.txt', requirements), ['.venv/bin/jupyter-lab'], say, () => {
    if (!existsSync(python)) run('python3', ['-m', 'venv', venv]);
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  });
};

/** A copied or moved clone has a .venv that starts the Python and the kernel of the old clone. */
export const moved = () => {
  const before = moveIn(venv);
  if (before === undefined) return;
  process.stdout.write(`- this clone was at ${dirname(before)} before: pointing .venv at this one\n`);
  if (!works(join(venv, 'bin', 'jupyter-lab'), ['--version'])) rmSync(venv, { recursive: true });
};

const bundles = () => {
  const folders = ['src', 'kernel', 'extension', 'assets', 'scripts', 'probes'].filter((folder) =>
    existsSync(join(root, folder)),
  );
  const files = [...folders.flatMap(filesUnder), 'package-lock.json'];
  const key = digest(...files);
  once(
    'build',
    key,
    ['dist/cli/main.js', 'dist/lib/index.js'],
    'building the library, the kernel and the JupyterLab extension',
    () => {
      run(ownNode, [join('scripts', 'build.js')]);
    },
  );
};

const link = (target, path) => {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(join(path, '..'), { recursive: true });
  symlinkSync(target, path);
};

/** Registers the kernel and the extension in the JupyterLab of this clone. */
export const register = () => {
  const built = join(root, 'dist', 'labextension');
  const share = join(venv, 'share', 'jupyter');
  const key = `${root} ${digest('scripts/jupyter-settings.js')} ${String(statSync(join(root, 'dist', 'cli', 'main.js')).mtimeMs)}`;
  once(
    'kernel',
    key,
    [
      '.venv/share/jupyter/kernels/fast-by-friday/kernel.json',
      '.venv/share/jupyter/nbconvert/templates/fast-by-friday',
    ],
    'registering the kernel and the extension in .venv',
    () => {
      run(join(root, 'bin', 'fbf'), ['kernel', 'install', '--prefix', venv]);
      writeSettings(venv);
      const template = join('nbconvert', 'templates', 'fast-by-friday');
      link(join(root, 'src', 'cli', 'nbconvert', 'fast-by-friday'), join(share, template));
      if (existsSync(built)) link(built, join(share, 'labextensions', 'fast-by-friday-extension'));
    },
  );
};

/** Sets everything up; with `tests`, also what only the tests need. */
export const setup = ({ tests = false } = {}) => {
  checkMachine();
  dependencies();
  moved();
  jupyter('requirements.txt');
  if (tests) jupyter('requirements-test.txt');
  bundles();
  register();
};

/** Runs `main` after set-up; if something is missing on the machine, prints one sentence without a stack trace. */
export const withSetup = async (options, main) => {
  try {
    setup(options);
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
};
