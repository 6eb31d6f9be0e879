import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/lib/paths.ts';
import { openRecording } from '../../src/lib/recording/open.ts';
import { type Started, startKernel } from './client.ts';

const built = existsSync(join(packageRoot, 'dist', 'lib', 'index.js'));
const env = { FBF_KERNEL_CHECK: '0' };

let kernel: Started;
beforeEach(async () => {
  kernel = await startKernel({ env });
});
afterEach(() => kernel.stop());

/** A cell starts a capture of 60 s and does not await it. */
const capturing = async (): Promise<void> => {
  const code = `import { connect } from 'fast-by-friday'; const host = await connect('local:');
    const load = host.ask('load-average', { seconds: 60 }); while (load.sofar === undefined) await new Promise((r) => setTimeout(r, 100));`;
  const cell = await kernel.client.run(code);
  expect(cell.error).toBeUndefined();
};

const recording = (): string => {
  const folder = join(kernel.folder, 'recordings');
  return join(folder, readdirSync(folder)[0] ?? '');
};
const manifest = async () => (await openRecording(recording())).manifest;

/** Connects again: one sentence says that the capture goes on, and where to read it. */
const expectAttached = async (): Promise<void> => {
  const again = await kernel.client.run("import { connect } from 'fast-by-friday'; const host = await connect('local:');"); // prettier-ignore
  expect(again.error).toBeUndefined();
  const [text] = again.outputs
    .filter(({ type }) => type === 'display_data')
    .map(({ content }) => (content['data'] as Record<string, string>)['text/plain'] ?? '');
  expect(text).toMatch(/^Attached to the recorder of local: that the kernel's restart left running: \d+ of 60 s are recorded, and it goes on: /); // prettier-ignore
  const read = /await connect\("recording:.*?"\)/.exec(text ?? '')?.[0] ?? '';
  expect(read).toContain(recording());
  expect((await kernel.client.run(`(await (${read}).ask('load-average')).size > 0`)).result).toBe('true');
  const { status } = await manifest();
  expect(status).toBe('open');
};

describe.skipIf(!built)('a capture that nobody awaits while the kernel restarts (needs npm run build)', () => {
  test('goes on when the process that runs cells is killed, and connect in its successor attaches to it', async () => {
    await capturing();
    expect((await kernel.client.run("process.kill(process.pid, 'SIGKILL')")).error?.['ename']).toBe('Killed');
    await expectAttached();
    const folder = recording(); // the next question adds another recording, maybe in the same second
    const next = await kernel.client.run("(await host.ask('memory', { seconds: 1 })).size > 0");
    expect(next.result).toBe('true');
    await kernel.client.run('await host.close()');
    expect((await openRecording(folder)).manifest.reason).toBe('the connection was closed');
  });

  test('goes on when the kernel is restarted; a shutdown ends it', async () => {
    await capturing();
    await kernel.client.request('control', 'shutdown_request', { restart: true });
    await kernel.exited;
    kernel.client.close();
    kernel = await startKernel({ env, after: kernel });
    await expectAttached();
    const folder = recording();
    await kernel.client.request('control', 'shutdown_request', { restart: false });
    await kernel.exited;
    rmSync(kernel.file);
    await expect.poll(async () => (await openRecording(folder)).manifest.status, { timeout: 100_000 }).toBe('cut');
  });
});
