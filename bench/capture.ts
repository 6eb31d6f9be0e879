import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../src/lib/api.ts';
import { connect } from '../src/lib/index.ts';
import { startSshd, whyNoSshd } from '../test/host/sshd.ts';

const ROUNDS = 3;
const SECONDS = 30;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** CPU seconds of `perf record` alone with the same options, for the same time. */
const perfAlone = (program: string, dir: string): number => {
  const command = `${program.replace(' -o - ', ` -o ${join(dir, 'alone.data')} `)} -- sleep ${String(SECONDS)}`;
  const { stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='@ %U %S'; time ${command}`], { encoding: 'utf8' });
  const [, user = 'NaN', system = 'NaN'] = /^@ (\S+) (\S+)$/m.exec(stderr) ?? [];
  return Number(user) + Number(system);
};

/** A host at work: half of its CPUs compute, and a shell starts programs. */
const busy = (): { readonly stop: () => void } => {
  const half = String(Math.max(1, availableParallelism() >> 1));
  const children = [
    spawn('stress-ng', ['--quiet', '--matrix', half], { stdio: 'ignore', detached: true }),
    spawn('sh', ['-c', 'while :; do ls -lR /usr/lib/git-core | sort | md5sum; done'], {
      stdio: 'ignore',
      detached: true,
    }),
  ];
  return {
    stop: () => {
      for (const { pid } of children) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    },
  };
};

const loads = { idle: () => ({ stop: () => undefined }), busy } as const;

/** What a CPU profile of a host costs there, and how long its flame graph takes: `npm run bench -- capture`. */
export const run = async (_args: string[]): Promise<void> => {
  const why = whyNoSshd();
  if (why !== undefined) {
    console.log(`skipped: ${why}`);
    return;
  }
  const dir = mkdtempSync(join(tmpdir(), 'fbf-capture-'));
  const sshd = await startSshd({ pids: 'shared' });
  Object.assign(process.env, { FBF_RECORDINGS: join(dir, 'r'), FBF_SSH_CONFIG: sshd.config });
  const host = await connect(sshd.url());
  const line = (what: string, value: string, done: string, goal: string): void => {
    console.log(`${what.padEnd(76)} ${value.padStart(10)}   done at ${done.padEnd(6)} goal ${goal}`);
  };
  const rounds = async (load: keyof typeof loads): Promise<void> => {
    const [ours, alone, waited]: [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < ROUNDS; i++) {
      const began = performance.now();
      const answer = (await host.profile({ seconds: SECONDS, tool: 'perf' })) as Answer<{ stack: string }>;
      await answer.flamegraph().save(join(dir, 'f.svg'));
      const ended = answer.how.from.getTime() + SECONDS * 1000;
      waited.push((Date.now() - ended) / 1000);
      ours.push(answer.how.overhead.ours.cpu);
      alone.push(perfAlone(answer.how.program, dir));
      console.log(`${load} host, round ${String(i + 1)}: ${String(answer.size)} samples, ours ${(ours.at(-1) ?? 0).toFixed(2)} s CPU, perf alone ${(alone.at(-1) ?? 0).toFixed(2)} s; ${((performance.now() - began) / 1000).toFixed(1)} s in all`); // prettier-ignore
    }
    line(`host CPU of a 49 Hz, ${String(SECONDS)} s profile of a host that is ${load} / perf record alone`, (median(ours) / median(alone)).toFixed(2), '1.3', '1.05'); // prettier-ignore
    line(`from the end of the capture to the flame graph, ${load}`, `${median(waited).toFixed(2)} s`, '3 s', '1 s');
  };
  try {
    for (const load of ['idle', 'busy'] as const) {
      const { stop } = loads[load]();
      await rounds(load).finally(stop);
    }
  } finally {
    await host.close();
    sshd.stop();
    rmSync(dir, { recursive: true, force: true });
  }
};
