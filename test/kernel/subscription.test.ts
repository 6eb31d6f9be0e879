import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connect, connectionFile, front } from './client.ts';

test('the first request waits for the subscription of its client, which then sees that it has ended', async () => {
  const { file, connection, remove } = await connectionFile();
  const child = spawn(process.execPath, [front, file], { stdio: 'ignore' });
  const client = connect(connection, { late: true });
  try {
    const id = client.send('shell', 'kernel_info_request', {});
    await client.beat(); // the kernel has bound its sockets
    await sleep(50);
    client.subscribe();
    expect((await client.idle(id, 50_000)).content).toEqual({ execution_state: 'idle' });
    expect((await client.reply(id)).content['status']).toBe('ok');
  } finally {
    client.close();
    child.kill('SIGKILL');
    remove();
  }
});
