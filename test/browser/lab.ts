import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/lib/paths.ts';
import { front } from '../kernel/client.ts';
import { freePort } from '../free-port.ts';

/** The project's Python if it has JupyterLab; else undefined, and the suite is skipped. */
export const labPath = [process.env['FBF_PYTHON'], join(packageRoot, '.venv', 'bin', 'python')]
  .map((python) => (python === undefined ? undefined : join(python, '..', 'jupyter-lab')))
  .find((path) => path !== undefined && existsSync(path));

/** The button of a notebook's toolbar that interrupts its kernel; JupyterLab names it in two ways. */
export const STOP =
  '.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"], [data-jp-item-name="interrupt"] jp-button';

export interface Lab {
  readonly url: string;
  /** The folder that its file browser shows. */
  readonly folder: string;
}

const answered = async (url: string, child: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 1000; tries++) {
    if (child.exitCode !== null) throw new Error(`JupyterLab ended with ${child.exitCode}`);
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('JupyterLab did not answer within 200 s');
};

const environment = (home: string): NodeJS.ProcessEnv => ({
  ...process.env,
  HOME: home,
  JUPYTER_PATH: join(home, 'share', 'jupyter'),
  JUPYTER_CONFIG_DIR: join(home, 'config'),
  JUPYTER_DATA_DIR: join(home, 'data'),
  JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
  JUPYTERLAB_SETTINGS_DIR: join(home, 'settings'),
  JUPYTERLAB_WORKSPACES_DIR: join(home, 'workspaces'),
});

/** Our kernel as Jupyter sees it. */
const writeKernel = async (folder: string): Promise<void> => {
  const fixed = JSON.parse(await readFile(join(packageRoot, 'kernel', 'spec', 'kernel.json'), 'utf8')) as object;
  await mkdir(folder, { recursive: true });
  const argv = [process.execPath, front, '{connection_file}'];
  await writeFile(join(folder, 'kernel.json'), JSON.stringify({ argv, ...fixed }));
};

/** Ends the kernels of a test file, so that they do not compete with the next one. */
export const endKernels = async ({ url }: Lab): Promise<void> => {
  const kernels = (await (await fetch(`${url}/api/kernels`)).json()) as readonly { readonly id: string }[];
  await Promise.all(kernels.map(({ id }) => fetch(`${url}/api/kernels/${id}`, { method: 'DELETE' })));
};

/** Starts a separate JupyterLab with the built extension, in a home directory of its own. */
export const startLab = async (): Promise<Lab & { readonly stop: () => Promise<void> }> => {
  const home = await mkdtemp(join(tmpdir(), 'fbf-lab-'));
  const folder = join(home, 'work');
  const extensions = join(home, 'share', 'jupyter', 'labextensions');
  const themes = join(home, 'settings', '@jupyterlab', 'apputils-extension');
  await Promise.all([folder, extensions, themes, join(home, 'config')].map((path) => mkdir(path, { recursive: true })));
  await symlink(join(packageRoot, 'dist', 'labextension'), join(extensions, 'fast-by-friday-extension'));
  await writeKernel(join(home, 'share', 'jupyter', 'kernels', 'fast-by-friday'));
  await writeFile(
    join(themes, 'themes.jupyterlab-settings'),
    JSON.stringify({ theme: 'JupyterLab Light', 'adaptive-theme': false }),
  );
  const port = await freePort();
  const flags = [
    '--no-browser',
    `--port=${port}`,
    '--ip=127.0.0.1',
    '--allow-root',
    '--IdentityProvider.token=',
    '--ServerApp.disable_check_xsrf=True', // for endKernels
    '--expose-app-in-browser',
  ];
  const child = spawn(labPath ?? '', [...flags, '--ServerApp.port_retries=0', `--ServerApp.root_dir=${folder}`], {
    env: environment(home),
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // JupyterLab can hang after its kernels have ended: Python waits for an idle thread of AnyIO, which its event loop, already
    // stopped, no longer ends. Nothing of ours runs then.
    const hung = setTimeout(() => child.kill('SIGKILL'), 60_000);
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    clearTimeout(hung);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await answered(`${url}/api`, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, folder, stop };
};
