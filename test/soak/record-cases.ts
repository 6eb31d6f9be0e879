// Records the bundled cases in a QEMU guest, so that nothing of the machine that records is in them:
//   node test/soak/record-cases.ts [SECONDS] [CASE...]
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../src/lib/paths.ts';
import { startGuest } from './guest.ts';

/** A disk of 60 requests a second, as a slow network volume gives. */
const slowDisk = (dir: string): readonly string[] => {
  const image = join(dir, 'disk');
  writeFileSync(image, Buffer.alloc(64 * 1024 * 1024));
  const drive = `file=${image},format=raw,if=none,id=slow,throttling.iops-total=60`;
  return ['-drive', drive, '-device', 'virtio-blk-pci,drive=slow'];
};

/** What runs on the guest in each case; nothing on the idle one. */
const cases: Readonly<Record<string, readonly string[]>> = {
  idle: [],
  'cpu-bound': ['checkout', 'checkout', 'checkout'],
  'disk-bound': ['commitlog', 'commitlog'],
};

const record = async (name: string, loads: readonly string[], seconds: string): Promise<void> => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-case-'));
  const guest = await startGuest({ perl: true, extra: slowDisk(dir) });
  try {
    execFileSync('ssh', ['-F', guest.config, 'guest', 'true'], { stdio: 'ignore' });
    const running = loads.map((load) => spawn('ssh', ['-F', guest.config, 'guest', load], { stdio: 'ignore' }));
    // The load average and the boot's own work settle first.
    await sleep(45_000);
    const env = { ...process.env, FBF_SSH_CONFIG: guest.config, FBF_RECORDINGS: join(dir, 'recordings') };
    const look = ['src/cli/main.ts', 'look', 'ssh://guest', '--seconds', seconds];
    execFileSync(process.execPath, look, { cwd: packageRoot, env, stdio: 'inherit' });
    for (const load of running) load.kill();
    const [made] = readdirSync(join(dir, 'recordings'));
    if (made === undefined) throw new Error('nothing was recorded');
    const to = join(packageRoot, 'fixtures', name);
    rmSync(to, { recursive: true, force: true });
    cpSync(join(dir, 'recordings', made), to, { recursive: true });
  } finally {
    guest.stop();
    rmSync(dir, { recursive: true, force: true });
  }
};

const [seconds = '60', ...asked] = process.argv.slice(2);
for (const [name, loads] of Object.entries(cases)) {
  if (asked.length === 0 || asked.includes(name)) await record(name, loads, seconds);
}
