import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isGone, type Started, startKernel } from './client.ts';

let kernel: Started;
beforeEach(async () => {
  kernel = await startKernel({ env: { FBF_KERNEL_CHECK: '0' } });
});
afterEach(() => kernel.stop());

/** Starts a cell and waits until it is running. */
const begin = async (code: string, options = {}): Promise<string> => {
  const { client } = kernel;
  const id = client.execute(`console.log("begun"); ${code}`, options);
  await client.wait(({ type, parent }) => type === 'stream' && parent === id);
  return id;
};

describe('while a cell computes', () => {
  test('heartbeat, control and shell requests are answered, and the kernel stays busy', async () => {
    const { client } = kernel;
    const id = await begin('for (;;);');
    await client.beat();
    expect((await client.request('control', 'kernel_info_request'))['status']).toBe('ok');
    expect((await client.request('shell', 'history_request', { hist_access_type: 'tail', n: 1 }))['status']).toBe('ok');
    expect((await client.request('shell', 'is_complete_request', { code: 'const x = {' }))['status']).toBe(
      'incomplete',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const status = client.seen.filter(({ type }) => type === 'status').at(-1);
    expect([status?.parent, status?.content['execution_state']]).toEqual([id, 'busy']);
    await client.request('control', 'interrupt_request');
    expect((await client.finished(id)).reply['ename']).toBe('Interrupted');
  });
});

describe('stop', () => {
  test.each([
    ['a loop', 'for (;;);'],
    ['a loop after an await', 'await null; for (;;);'],
    ['a chain of ticks', 'const tick = (): void => process.nextTick(tick); tick(); await new Promise(() => {});'],
    ['a promise that never settles', 'await new Promise(() => {});'],
    ['a blocking child', "import { execSync } from 'node:child_process'; execSync('sleep 60; true');"],
  ])('ends %s and keeps variables', async (_, code) => {
    const { client } = kernel;
    await client.run('let kept = { a: 1 };');
    const id = await begin(code);
    expect((await client.request('control', 'interrupt_request'))['status']).toBe('ok');
    const stopped = await client.finished(id);
    expect(stopped.reply).toMatchObject({ status: 'error', ename: 'Interrupted' });
    expect((await client.run('kept')).result).toBe('{ a: 1 }');
  });

  test('works by signal, too', async () => {
    const id = await begin('for (;;);');
    kernel.child.kill('SIGINT');
    expect((await kernel.client.finished(id)).reply['ename']).toBe('Interrupted');
  });

  test('aborts the signal of the cell, and keeps what the cell then prints', async () => {
    const { client } = kernel;
    const id = await begin(
      'const { signal } = globalThis[Symbol.for("fast-by-friday.kernel")]; globalThis.partial = await new Promise((resolve) => signal.addEventListener("abort", () => resolve("half")));',
    );
    await client.request('control', 'interrupt_request');
    await client.finished(id);
    expect((await client.run('partial')).result).toBe("'half'");
  });

  test('ends children that the cell started, but not detached ones', async () => {
    const { client } = kernel;
    const id = await begin(`import { spawn } from 'node:child_process';
const own = spawn('sleep', ['60']); const away = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
await new Promise(() => {});`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.request('control', 'interrupt_request');
    await client.finished(id);
    const cell = await client.run(
      'await new Promise((r) => setTimeout(r, 200)); const ends = [own.signalCode, away.signalCode]; away.kill(); ends',
    );
    expect(cell.result).toBe("[ 'SIGINT', null ]");
  });

  test('drops output that a stopped loop has queued', async () => {
    const { client } = kernel;
    const id = await begin('for (let i = 0; ; i++) { await new Promise((r) => setTimeout(r, 5)); console.log(i); }');
    await client.request('control', 'interrupt_request');
    await client.finished(id);
    await client.run('await new Promise((r) => setTimeout(r, 100))');
    const idle = client.seen.findIndex(({ parent, content }) => parent === id && content['execution_state'] === 'idle');
    expect(client.seen.slice(idle).filter(({ type, parent }) => type === 'stream' && parent === id)).toEqual([]);
  });

  test('does nothing if no cell is running', async () => {
    expect((await kernel.client.request('control', 'interrupt_request'))['status']).toBe('ok');
    expect((await kernel.client.run('1')).result).toBe('1');
  });
});

describe('the process that runs cells', () => {
  test('is restarted when it runs out of memory, and the cell fails with that reason', async () => {
    const small = await startKernel({ env: { FBF_KERNEL_CHECK: '0', NODE_OPTIONS: '--max-old-space-size=80' } });
    const { client } = small;
    const cell = await client.run(
      'const hog: unknown[] = []; for (;;) hog.push(new Array(1000).fill(hog.length));',
      {},
      200_000,
    );
    expect(cell.reply).toMatchObject({ status: 'error', ename: 'OutOfMemory' });
    expect(cell.text()).not.toContain('GC');
    expect((await client.run('1 + 1')).result).toBe('2');
    await small.stop();
  });

  test.each([
    ['process.kill(process.pid, "SIGKILL"); for (;;);', 'Killed'],
    ['process.kill(process.pid, "SIGSEGV"); for (;;);', 'NativeFault'],
    ['process.abort();', 'NativeFault'],
    ['process.exit(3);', 'Exit'],
  ])('after %s the cell says %s and the next one runs', async (code, ename) => {
    const { client } = kernel;
    expect((await client.run(code)).reply).toMatchObject({ status: 'error', ename });
    expect((await client.run('1 + 1')).result).toBe('2');
  });

  test('ends when the front process is killed, even in the middle of a loop', async () => {
    await begin('globalThis.pid = process.pid; for (;;);');
    const { stdout } = await import('node:child_process').then(({ spawnSync }) =>
      spawnSync('ps', ['-o', 'pid=', '--ppid', String(kernel.child.pid)], { encoding: 'utf8' }),
    );
    const [user] = stdout.trim().split(/\s+/).map(Number);
    expect(user).toBeGreaterThan(0);
    kernel.child.kill('SIGKILL');
    await kernel.exited;
    await expect.poll(() => isGone(user!), { timeout: 200_000 }).toBe(true);
  });
});

describe('much output', () => {
  test('of one cell is kept completely in a file, and the cell names the file', async () => {
    const { client } = kernel;
    const cell = await client.run(
      'for (let i = 0; i < 200_000; i++) console.log(`line ${i} ${"x".repeat(90)}`);',
      {},
      200_000,
    );
    const shown = cell.text('stdout');
    expect(shown.length).toBeLessThan(1_100_000);
    expect(shown.startsWith('line 0 x')).toBe(true);
    expect(shown.trimEnd().split('\n').at(-1)).toMatch(/^line 199999 x/);
    const file = /the whole output is in (\S+)\]/.exec(cell.text('stderr'))?.[1];
    const { readFileSync, rmSync } = await import('node:fs');
    const lines = readFileSync(file!, 'utf8').trimEnd().split('\n');
    rmSync(file!);
    expect(lines.length).toBe(200_000);
    expect(lines.every((line, i) => line.startsWith(`line ${i} `))).toBe(true);
  });
});
