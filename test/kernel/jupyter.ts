import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { front } from './client.ts';

const root = join(import.meta.dirname, '..', '..');

/** The Python with Jupyter: FBF_PYTHON, or the project's .venv; undefined if neither exists. */
export const python = [process.env['FBF_PYTHON'], join(root, '.venv', 'bin', 'python')].find(
  (file) => file !== undefined && existsSync(file),
);

/** A notebook of these cells. */
export const notebook = (cells: readonly string[]): string =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'fast-by-friday', display_name: 'TypeScript', language: 'typescript' } },
    cells: cells.map((source, i) => ({
      cell_type: 'code',
      id: `cell${i}`,
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
  });

/** A folder in which the kernel is installed for Jupyter, with this package's modules; `run` runs Python in it. */
export const jupyterFolder = (command = python) => {
  if (command === undefined) throw new Error('no Python with Jupyter');
  const folder = mkdtempSync(join(tmpdir(), 'fbf-jupyter-'));
  const spec = join(folder, 'share', 'jupyter', 'kernels', 'fast-by-friday');
  mkdirSync(spec, { recursive: true });
  const fixed = JSON.parse(readFileSync(join(root, 'kernel', 'spec', 'kernel.json'), 'utf8')) as object;
  const argv = [process.execPath, front, '{connection_file}'];
  writeFileSync(join(spec, 'kernel.json'), JSON.stringify({ argv, ...fixed }));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const env = {
    ...process.env,
    JUPYTER_PATH: join(folder, 'share', 'jupyter'),
    JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
    JUPYTER_CONFIG_DIR: join(folder, 'config'),
    IPYTHONDIR: join(folder, 'ipython'),
  };
  return {
    folder,
    env,
    python: command,
    run: (args: readonly string[], input = '') =>
      spawnSync(command, args, { cwd: folder, env, input, encoding: 'utf8', timeout: 110_000 }),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
