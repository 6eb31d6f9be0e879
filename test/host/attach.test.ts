import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecording } from '../../src/lib/recording/open.ts';
import { attachRecorder } from '../../src/recorder/client.ts';
import type { RecorderClient } from '../../src/recorder/client.ts';
import { below, readOf } from './processes.ts';

let folder: string;
let kernel: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fbf-attach-'));
  kernel = join(folder, 'kernel.json');
  writeFileSync(kernel, '{}');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The kernel's process records for 60 s and is killed in the middle; returns the pid of the recorder. */
const killedWhileRecording = async ({ linger = 60, seconds = 60 } = {}): Promise<number> => {
  const words = ['local:', join(folder, 'r'), String(seconds), '15', '', '', kernel, String(linger)];
  const owner = spawn(process.execPath, [join(import.meta.dirname, 'owner.ts'), ...words]);
  let said = '';
  owner.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await expect.poll(() => said, { timeout: 60_000 }).toContain('"recording"');
  const recorder = below(owner.pid ?? 0).find(({ words: [, file = ''] }) => file.includes('recorder/main'));
  const ended = once(owner, 'exit');
  owner.kill('SIGKILL');
  await ended;
  return recorder?.pid ?? expect.fail('no recorder');
};

const attached = async (): Promise<RecorderClient> => {
  const found: { client?: RecorderClient } = {};
  const attach = async (): Promise<boolean> => {
    const client = await attachRecorder('local:', { kernel });
    if (client !== undefined) found.client = client;
    return client !== undefined;
  };
  await expect.poll(attach, { timeout: 60_000 }).toBe(true);
  return found.client ?? expect.fail('no client');
};

const samplesOf = async (dir: string): Promise<number> => (await (await openRecording(dir)).table('proc.stat')).table.size; // prettier-ignore
const statusOf = async (): Promise<string> => (await openRecording(join(folder, 'r'))).manifest.status;
const exited = (pid: number) => expect.poll(() => readOf(String(pid), 'cmdline'), { timeout: 60_000 }).toBe('');

describe('a recorder whose kernel was killed while it recorded', () => {
  it('records on, and the restarted kernel attaches to it and reads the recording', async () => {
    const recorder = await killedWhileRecording({ seconds: 8 });
    const client = await attached();
    const [running] = client.running;
    expect(running).toMatchObject({ dir: join(folder, 'r'), of: 8 });
    expect(Buffer.from((await client.sh('echo here')).stdout).toString()).toBe('here\n');
    const before = await samplesOf(join(folder, 'r'));
    await expect.poll(statusOf, { timeout: 60_000 }).toBe('complete');
    expect(await samplesOf(join(folder, 'r'))).toBeGreaterThan(before);
    expect((await client.record({ dir: join(folder, 'next'), seconds: 1, sources: [] }).done).status).toBe('complete');
    await client.close();
    await exited(recorder);
  });

  it('is found by that kernel alone, for that host, once', async () => {
    const recorder = await killedWhileRecording();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await attachRecorder('local:', { kernel: `${kernel}2` })).toBeUndefined();
    expect(await attachRecorder('ssh://elsewhere', { kernel })).toBeUndefined();
    expect(await attachRecorder('local:')).toBeUndefined();
    const client = await attached();
    expect(await attachRecorder('local:', { kernel })).toBeUndefined();
    await client.close();
    await exited(recorder);
    expect(await statusOf()).toBe('cut');
  });

  it('ends at once when the kernel is shut down, which deletes its connection file', async () => {
    const recorder = await killedWhileRecording();
    rmSync(kernel);
    await exited(recorder);
    expect(await statusOf()).toBe('cut');
  });

  it('ends when no kernel has attached for a while', async () => {
    const recorder = await killedWhileRecording({ linger: 1 });
    await exited(recorder);
    expect(await statusOf()).toBe('cut');
    expect((await openRecording(join(folder, 'r'))).manifest.reason).toContain(
      'the process that started it has exited',
    );
  });

  it('ends when its recording is complete', async () => {
    const recorder = await killedWhileRecording({ seconds: 6 });
    await exited(recorder);
    expect(await statusOf()).toBe('complete');
  });
});
