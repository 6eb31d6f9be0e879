import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { FridayError } from '../../lib/errors.ts';
import { entry, packageRoot } from '../../lib/paths.ts';
import { parsed } from '../arguments.ts';
import type { Command } from '../command.ts';

const NAME = 'fast-by-friday';

const usage = `Usage: fbf kernel install [--user | --sys-prefix | --prefix PATH]
       fbf kernel remove  [--user | --sys-prefix | --prefix PATH]

Registers the TypeScript kernel with Jupyter as "${NAME}".

  --user        for this user (the default): $JUPYTER_DATA_DIR or ~/.local/share/jupyter
  --sys-prefix  for the active Python environment ($VIRTUAL_ENV or $CONDA_PREFIX)
  --prefix P    under P/share/jupyter

FBF_KERNEL_LOG=FILE makes the kernel write a log; FBF_KERNEL_CHECK=0 turns type checks of cells off.`;

interface Where {
  readonly user?: boolean | undefined;
  readonly 'sys-prefix'?: boolean | undefined;
  readonly prefix?: string | undefined;
}

/** https://docs.jupyter.org/en/latest/use/jupyter-directories.html: the data folder of one user. */
const userData = (): string => {
  const { JUPYTER_DATA_DIR: data, XDG_DATA_HOME: xdg } = process.env;
  if (data !== undefined && data !== '') return data;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.local', 'share'), 'jupyter');
};

const environment = (): string => {
  const prefix = process.env['VIRTUAL_ENV'] ?? process.env['CONDA_PREFIX'];
  if (prefix !== undefined && prefix !== '') return prefix;
  throw new FridayError(
    'usage',
    '--sys-prefix: expected an active Python environment, got neither VIRTUAL_ENV nor CONDA_PREFIX',
    {
      next: 'Activate the environment, or name its folder with --prefix.',
    },
  );
};

const kernelFolder = (where: Where): string => {
  if (where.prefix !== undefined) return join(resolve(where.prefix), 'share', 'jupyter', 'kernels', NAME);
  if (where['sys-prefix'] === true) return join(environment(), 'share', 'jupyter', 'kernels', NAME);
  return join(userData(), 'kernels', NAME);
};

/** The Node in the package, or the one that runs this command. */
const node = (): string => {
  const own = join(packageRoot, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(own) ? own : process.execPath;
};

/** Writes the kernelspec, replacing one of the same name. */
const install = (folder: string): void => {
  const spec: unknown = JSON.parse(readFileSync(join(packageRoot, 'kernel', 'spec', 'kernel.json'), 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(packageRoot, 'kernel', 'spec'), folder, { recursive: true });
  const argv = [node(), entry('kernel/src/front'), '{connection_file}'];
  writeFileSync(join(folder, 'kernel.json'), `${JSON.stringify({ argv, ...(spec as object) }, null, 2)}\n`);
};

export const command: Command = {
  summary: 'register the TypeScript kernel with Jupyter, or remove it',
  usage,
  run: (args) => {
    const { values, positionals } = parsed(args, {
      user: { type: 'boolean' },
      'sys-prefix': { type: 'boolean' },
      prefix: { type: 'string' },
    });
    const [action, ...more] = positionals;
    if ((action !== 'install' && action !== 'remove') || more.length > 0) {
      throw new FridayError(
        'usage',
        `fbf kernel: expected install or remove, got ${JSON.stringify(positionals.join(' '))}`,
        {
          next: 'Try: fbf kernel install --user',
        },
      );
    }
    const folder = kernelFolder(values);
    if (action === 'install') install(folder);
    else rmSync(folder, { recursive: true, force: true });
    process.stdout.write(`${action === 'install' ? 'installed' : 'removed'} ${folder}\n`);
    return Promise.resolve(0);
  },
};
