import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/lib/paths.ts';

/** Where faults are planted: cgroups, loop devices and a network namespace of this machine; `close` removes them. */
export interface Bed {
  /** What scripts find in their environment: CG (name of the cgroup), THROTTLED and STACKED (loop devices), ZRAM. */
  readonly environment: NodeJS.ProcessEnv;
  /** Starts a script inside the network namespace; with `inside` in the cgroup, too. Resolves to what it printed. */
  start(script: string, options?: { readonly inside?: boolean }): Promise<string>;
  /** Kills what `start` started, and resets the limits. */
  clean(): void;
  close(): void;
}

const NAME = 'fbf-minute';
const FOLDER = join(packageRoot, 'bench', 'minute');
const CONTROLLERS = ['cpu', 'memory', 'pids', 'blkio', 'unified'];
const sh = (script: string, env: NodeJS.ProcessEnv): string =>
  execFileSync('sh', ['-c', script], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 30_000 });

/** Runs one of the scripts beside this file. */
const step = (name: 'setup' | 'unlimit' | 'teardown', env: NodeJS.ProcessEnv): void => {
  const file = join(FOLDER, `${name}.sh`);
  execFileSync('sh', [file, ...CONTROLLERS], { env, stdio: 'ignore', timeout: 30_000 });
};

/** Why no faults can be planted here; undefined if they can. */
export const whyNoBed = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  const missing = ['gcc', 'ip', 'nsenter', 'iptables', 'losetup', 'mkswap'].filter(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
  );
  if (missing.length > 0) return `needs ${missing.join(', ')}`;
  const v1 = spawnSync('test', ['-e', '/sys/fs/cgroup/cpu/cgroup.procs']).status === 0;
  return v1 ? undefined : 'needs the controllers of cgroup v1 in /sys/fs/cgroup';
};

/** Makes the cgroups, devices and namespace; `close` removes them. */
export const makeBed = (): Bed => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-minute-'));
  const load = join(dir, 'load');
  execFileSync('gcc', ['-O1', '-static', '-pthread', '-w', '-o', load, join(FOLDER, 'load.c')]);
  const image = join(dir, 'disk');
  closeSync(openSync(image, 'w'));
  truncateSync(image, 256 * 1024 ** 2);
  writeFileSync(join(dir, 'large'), Buffer.alloc(256 * 1024 ** 2, 1));
  const base = { ...process.env, PATH: `${dir}:${process.env['PATH'] ?? ''}`, CG: NAME, LARGE: join(dir, 'large') };
  step('setup', base);
  const line = (script: string): string => sh(script, base).trim();
  const throttled = line(`losetup --direct-io=on --show -f ${image}`);
  const stacked = line(`losetup --direct-io=on --show -f ${throttled}`);
  const id = line(`cat /sys/block/${throttled.slice('/dev/'.length)}/dev`);
  const zram = `/dev/zram${line('cat /sys/class/zram-control/hot_add')}`;
  const environment = { ...base, THROTTLED: throttled, THROTTLED_ID: id, STACKED: stacked, ZRAM: zram };
  const groups = new Set<number>();
  const join_ = CONTROLLERS.map((controller) => `echo $$ >/sys/fs/cgroup/${controller}/${NAME}/cgroup.procs`).join(
    '; ',
  );
  const clean = (): void => {
    for (const group of groups) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // it has exited
      }
    }
    groups.clear();
    step('unlimit', environment);
  };
  return {
    environment,
    start: (script, { inside = false } = {}) =>
      new Promise((resolve) => {
        const all = inside ? `${join_}; ${script}` : script;
        // Not `ip netns exec`: it mounts a new /sys, which hides the cgroups.
        const argv = [`--net=/run/netns/${NAME}`, 'sh', '-c', all];
        const child = spawn('nsenter', argv, { env: environment, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
        if (child.pid !== undefined) groups.add(child.pid);
        let out = '';
        child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
        child.once('close', () => {
          resolve(out);
        });
      }),
    clean,
    close: () => {
      clean();
      spawnSync('sleep', ['1']);
      step('teardown', environment);
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
