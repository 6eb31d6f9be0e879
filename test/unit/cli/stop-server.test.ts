import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { stopper } from '../../../scripts/stop-server.js';

/** A server that has started, and the lines that its stopper says. */
const started = async (script: string, grace: number) => {
  const said: string[] = [];
  const server = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const stop = stopper(server, { grace, say: (line) => said.push(line) });
  await once(server.stdout, 'data');
  return { server, stop, said };
};

test('a server that ignores SIGTERM is killed with its process group, and a line says so', async () => {
  const { server, stop, said } = await started('trap "" TERM; sleep 60 & echo started; wait', 100);
  stop();
  stop();
  // 'close' comes when no process has the pipe any more: the child of the server has ended, too.
  expect(await once(server, 'close')).toEqual([null, 'SIGKILL']);
  expect(said).toEqual(['npm start: JupyterLab did not end within 0.1 s of SIGTERM, so its processes were killed.\n']);
});

test('a server that ends on SIGTERM is not killed', async () => {
  const { server, stop, said } = await started('trap "exit 7" TERM; echo started; while :; do sleep 0.1; done', 60_000);
  stop();
  expect(await once(server, 'exit')).toEqual([7, null]);
  expect(said).toEqual([]);
});
