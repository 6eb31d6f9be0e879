import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectHost } from '../src/lib/index.ts';
import { sources } from '../src/lib/sources/list.ts';
import { startRecorder } from '../src/recorder/client.ts';
import { openTransport } from '../src/lib/transport/open.ts';
import { startSshd, whyNoSshd, type Sshd } from '../test/host/sshd.ts';

const ROUNDS = 5;
const TRIPS = 500;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const timed = async (work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};
const often = async (times: number, work: () => unknown): Promise<number> => {
  const took: number[] = [];
  for (let i = 0; i < times; i++) took.push(await timed(work));
  return median(took);
};
const row = (what: string, ms: number, rival: number): void => {
  console.log(`${what.padEnd(64)} ${ms.toFixed(2).padStart(9)} ms ${(ms / rival).toFixed(3).padStart(8)}`);
};

/** Connects (with facts), then waits for the first sample in the recording; returns both times. */
const firstSample = async (url: string, sshConfig: string): Promise<{ connect: number; sample: number }> => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-bench-'));
  const began = performance.now();
  const client = await startRecorder(url, { sshConfig });
  const connect = performance.now() - began;
  let sample = NaN;
  const list = sources
    .filter(({ name }) => name.startsWith('proc.'))
    .map(({ name, recipe }) => ({ name, recipe, hz: 1 }));
  const run = client.record({
    dir: join(dir, 'r'),
    seconds: 30,
    sources: list,
    onProgress: ({ samples }) => {
      if (samples >= list.length / 2 && Number.isNaN(sample)) sample = performance.now() - began;
    },
  });
  while (Number.isNaN(sample)) await new Promise((resolve) => setTimeout(resolve, 20));
  await run.stop();
  await client.close();
  rmSync(dir, { recursive: true });
  return { connect, sample };
};

/** Times a check of everything on a connected host. */
const checkTime = async (sshd: Sshd): Promise<number> => {
  process.env['FBF_SSH_CONFIG'] = sshd.config;
  const host = await connectHost(sshd.url());
  try {
    return await often(ROUNDS, () => host.check());
  } finally {
    await host.close();
  }
};

/** Times to connect to a host and to ask it something, beside `ssh HOST true` in the same run. */
export const run = async (_args: string[]): Promise<void> => {
  const why = whyNoSshd();
  if (why !== undefined) {
    console.log(`skipped: ${why}`);
    return;
  }
  const sshd = await startSshd();
  try {
    const plain = await often(ROUNDS, () => execFileSync('ssh', ['-F', sshd.config, 'root', 'true']));
    console.log(`median of ${ROUNDS}; the last column is the share of one "ssh HOST true" in the same run\n`);
    row('ssh HOST true', plain, plain);
    const both = [];
    for (let i = 0; i < ROUNDS; i++) both.push(await firstSample(sshd.url(), sshd.config));
    row('connect: recorder process, ssh, facts, sweep', median(both.map(({ connect }) => connect)), plain);
    row('first samples of every source in the recording', median(both.map(({ sample }) => sample)), plain);
    row('check: all questions, the host, its tracers', await checkTime(sshd), plain);
    const { transport } = await openTransport(sshd.url(), { sshConfig: sshd.config });
    row('round trip in the control channel', await often(TRIPS, () => transport.sh(':')), plain);
    row('round trip that reads a /proc file', await often(TRIPS, () => transport.sh('read a b </proc/uptime')), plain);
    row('new channel over the master', await often(ROUNDS, async () => { const one = await transport.start('exit'); await one.done; }), plain); // prettier-ignore
    await transport.close();
  } finally {
    sshd.stop();
  }
  await far(50);
};

/** The same over a link that delays every byte by so many milliseconds each way. */
const far = async (ms: number): Promise<void> => {
  const proxy = join(import.meta.dirname, '..', 'test', 'host', 'delayproxy.ts');
  const dir = mkdtempSync(join(tmpdir(), 'fbf-bench-'));
  const command = `ProxyCommand ${process.execPath} ${proxy} %h %p ${ms} ${join(dir, 'trips')}`;
  const sshd = await startSshd({ ssh: [command] });
  try {
    const plain = await often(ROUNDS, () => execFileSync('ssh', ['-F', sshd.config, 'root', 'true']));
    row(`ssh HOST true, ${ms} ms each way`, plain, plain);
    const both = [];
    for (let i = 0; i < ROUNDS; i++) both.push(await firstSample(sshd.url(), sshd.config));
    row(`connect, ${ms} ms each way`, median(both.map(({ connect }) => connect)), plain);
    row(`first samples, ${ms} ms each way`, median(both.map(({ sample }) => sample)), plain);
    row(`check, ${ms} ms each way`, await checkTime(sshd), plain);
  } finally {
    sshd.stop();
    rmSync(dir, { recursive: true });
  }
};
