import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect, isGone, type Started, startKernel } from './client.ts';

let kernel: Started;
beforeEach(async () => {
  kernel = await startKernel({ env: { FBF_KERNEL_CHECK: '0' } });
});
afterEach(() => kernel.stop());

const alive = async (): Promise<void> => {
  expect((await kernel.client.run('1 + 1')).result).toBe('2');
};

test('a message with a bad or missing signature is ignored', async () => {
  const { client } = kernel;
  const parts = [{ msg_id: 'evil', msg_type: 'execute_request' }, {}, {}, { code: 'globalThis.evil = 1' }].map((part) =>
    JSON.stringify(part),
  );
  for (const signature of ['', '00', 'f'.repeat(64)])
    await client.sendFrames('shell', ['<IDS|MSG>', signature, ...parts]);
  expect((await client.run('typeof globalThis.evil')).result).toBe("'undefined'");
});

test('bytes that are not a message are ignored', async () => {
  const { client } = kernel;
  await client.sendFrames('shell', ['']);
  await client.sendFrames('shell', ['<IDS|MSG>']);
  await client.sendFrames('control', [Buffer.alloc(100_000)]);
  for (const parts of [
    ['{', '{}', '{}', '{}'],
    ['[]', '{}', '{}', '{}'],
    ['{"msg_id":1,"msg_type":2}', '{}', '{}', '{}'],
    ['{"msg_id":"a","msg_type":"execute_request"}', '{}', '{}', 'null'],
    ['{"msg_id":"a","msg_type":"__proto___request"}', '{}', '{}', '{}'],
  ]) {
    await client.sendFrames('shell', ['<IDS|MSG>', client.sign(parts), ...parts]);
  }
  await alive();
});

test('an unknown request is answered as an error, another unknown message is ignored', async () => {
  const { client } = kernel;
  expect((await client.request('shell', 'nonsense_request'))['status']).toBe('error');
  expect((await client.request('control', 'debug_request', { command: 'attach' }))['status']).toBe('error');
  client.send('shell', 'nonsense', {});
  client.send('stdin', 'input_reply', { value: 'nobody asked' });
  await alive();
});

test('an empty key turns signing off', async () => {
  const open = await startKernel({ key: '', env: { FBF_KERNEL_CHECK: '0' } });
  expect((await open.client.run('3')).result).toBe('3');
  await open.stop();
});

test('a cell of 50 MB and a comm message of 50 MB are transferred completely', async () => {
  const { client } = kernel;
  const cell = await client.run(`const big = "${'x'.repeat(50_000_000)}"; big.length`, {}, 200_000);
  expect(cell.result).toBe('50000000');
  await client.run('jupyter.onComm("size", (comm) => comm.onMessage((_, [b]) => comm.send({ size: b.byteLength })))');
  client.send('shell', 'comm_open', { comm_id: 'big', target_name: 'size', data: {} });
  client.send('shell', 'comm_msg', { comm_id: 'big', data: {} }, { buffers: [Buffer.alloc(50_000_000)] });
  const { content } = await client.wait(({ type }) => type === 'comm_msg');
  expect(content['data']).toEqual({ size: 50_000_000 });
});

test('a burst of 5,000 requests is answered completely and in order', async () => {
  const { client } = kernel;
  const ids = Array.from({ length: 5000 }, (_, i) => client.execute(`${i}`));
  const replies = await Promise.all(ids.map((id) => client.reply(id, 100_000)));
  expect(replies.every(({ content }, i) => content['status'] === 'ok' && content['execution_count'] === i + 1)).toBe(
    true,
  );
  await client.idle(ids.at(-1)!);
  const results = client.seen.filter(({ type }) => type === 'execute_result');
  expect(results.map(({ content }) => (content['data'] as Record<string, string>)['text/plain'])).toEqual(
    ids.map((_, i) => String(i)),
  );
  expect(results.map(({ parent }) => parent)).toEqual(ids);
});

test('after the process that runs cells is killed, the front process answers, the cell fails with that reason, and the next cell runs', async () => {
  const { client } = kernel;
  const pid = Number((await client.run('process.pid')).result);
  const id = client.execute('await new Promise(() => {});');
  await client.wait(({ type, parent }) => type === 'execute_input' && parent === id);
  process.kill(pid, 'SIGKILL');
  expect((await client.finished(id)).reply).toMatchObject({ status: 'error', ename: 'Killed' });
  await client.beat();
  await alive();
});

test('a client that disconnects does not disturb the next one', async () => {
  const first = connect(kernel.connection);
  await first.ready();
  first.execute('for (let i = 0; i < 1000; i++) console.log(i); await jupyter.prompt("?")', { allow_stdin: true });
  first.close();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await kernel.client.request('control', 'interrupt_request');
  await alive();
});

test('output lost because of a full disk is reported', async () => {
  const full = await startKernel({ env: { FBF_KERNEL_CHECK: '0', TMPDIR: '/dev/full-is-no-folder' } }).catch(
    () => undefined,
  );
  const cell = await full!.client.run('console.log("x".repeat(3e6))', {}, 200_000);
  expect(cell.text('stderr')).toMatch(/could not be written to the file/);
  expect((await full!.client.run('1')).result).toBe('1');
  await full!.stop();
});

test('shutdown answers, says whether it restarts, and ends both processes', async () => {
  const own = await startKernel({ env: { FBF_KERNEL_CHECK: '0' } });
  const pid = Number((await own.client.run('process.pid')).result);
  expect(await own.client.request('control', 'shutdown_request', { restart: true })).toEqual({
    status: 'ok',
    restart: true,
  });
  expect(await own.exited).toBe(0);
  await expect.poll(() => isGone(pid), { timeout: 200_000 }).toBe(true);
  await own.stop();
});
