import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

/** A second kernel on this machine: a Debian guest with only busybox and dropbear, under QEMU's software emulation. */
export interface Guest {
  /** ssh_config with the host `guest`. */
  readonly config: string;
  stop(): void;
}

const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/** Why no guest can be booted here; undefined if it can. */
export const whyNoGuest = (): string | undefined => {
  if (process.arch !== 'x64') return 'needs an x86-64 machine';
  const missing = ['qemu-system-x86_64', 'dropbear', 'busybox', 'cpio', 'apt-get', 'ssh-keygen'].filter(
    (name) => !has(name),
  );
  if (missing.length === 0) return undefined;
  return `needs ${missing.join(', ')} (Debian: apt install qemu-system-x86 dropbear-bin busybox-static cpio openssh-client)`;
};

const sshConfig = (dir: string, port: number): string => {
  const file = join(dir, 'ssh_config');
  const lines = [
    'Host guest',
    '  HostName 127.0.0.1',
    `  Port ${String(port)}`,
    '  User root',
    `  IdentityFile ${join(dir, 'key')}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${join(dir, 'known_hosts')}`,
    '  StrictHostKeyChecking accept-new',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};

const boot = (images: string, dir: string, port: number) =>
  spawn(
    'qemu-system-x86_64',
    [
      ...[
        '-accel',
        'tcg,thread=multi',
        '-cpu',
        'max',
        '-m',
        '512',
        '-smp',
        '2',
        '-nographic',
        '-no-reboot',
        '-monitor',
        'none',
      ],
      ...[
        '-serial',
        `file:${join(dir, 'serial')}`,
        '-kernel',
        join(images, 'vmlinuz'),
        '-initrd',
        join(images, 'initrd.gz'),
      ],
      ...['-append', 'console=ttyS0 quiet panic=-1 psi=1'],
      ...[
        '-netdev',
        `user,id=n0,hostfwd=tcp:127.0.0.1:${String(port)}-:22`,
        '-device',
        'virtio-net-pci,netdev=n0,romfile=',
      ],
    ],
    { stdio: 'ignore' },
  );

/** Boots a guest and waits until its sshd answers; the image is built once per machine. */
export const startGuest = async (): Promise<Guest> => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-guest-'));
  const images = join(tmpdir(), 'fbf-guest-image');
  mkdirSync(images, { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'key')]);
  execFileSync('sh', [join(import.meta.dirname, 'guest-image.sh'), images, join(dir, 'key.pub')], { stdio: 'pipe' });
  const port = await freePort();
  const qemu = boot(images, dir, port);
  const serial = join(dir, 'serial');
  for (let tries = 0; tries < 600 && qemu.exitCode === null; tries++) {
    if (existsSync(serial) && readFileSync(serial, 'utf8').includes('READY')) break;
    await sleep(100);
  }
  const stop = (): void => {
    qemu.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  };
  if (existsSync(serial) && readFileSync(serial, 'utf8').includes('READY'))
    return { config: sshConfig(dir, port), stop };
  const said = existsSync(serial) ? readFileSync(serial, 'utf8').slice(-500) : 'nothing';
  stop();
  throw new Error(`the guest did not boot; its console: ${said}`);
};
