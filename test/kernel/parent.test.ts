import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { join } from 'node:path';
import { packageRoot } from '../../src/lib/paths.ts';

/** A program that starts a kernel as Jupyter does, prints the kernel's pid, and waits. */
const starter = (): ChildProcess => {
  const program = `
    import { startKernel } from ${JSON.stringify(join(packageRoot, 'test', 'kernel', 'client.ts'))};
    const kernel = await startKernel();
    const busy = kernel.client.run('while (true);');
    console.log(kernel.child.pid);
    await busy;`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
};

const gone = async (pid: number): Promise<boolean> => {
  for (let tries = 0; tries < 100 && existsSync(`/proc/${String(pid)}/exe`); tries++) await sleep(100);
  return !existsSync(`/proc/${String(pid)}/exe`);
};

test.skipIf(process.platform !== 'linux')(
  'a kernel ends when its Jupyter process is killed, even if a cell is busy',
  async () => {
    const parent = starter();
    const line = await new Promise<string>((resolve, reject) => {
      parent.stdout?.once('data', (text: Buffer) => {
        resolve(String(text));
      });
      parent.once('exit', () => {
        reject(new Error('the parent process ended'));
      });
    });
    parent.kill('SIGKILL');
    expect(await gone(Number(line))).toBe(true);
  },
);
