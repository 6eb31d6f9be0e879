import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of sockets are limited to 108 bytes, which a user's TMPDIR may exceed. */
const ROOT = '/tmp';
const NAME = /^friday-(\d+)-\d*-\w+$/;

/** Start time of a process in clock ticks since boot; with the pid it identifies a process. '' without /proc. */
export const startedAt = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Removes folders on your machine whose recorder (of this user) was killed. */
const sweep = (): void => {
  for (const name of readdirSync(ROOT)) {
    const pid = Number(NAME.exec(name)?.[1] ?? '0');
    if (pid === 0 || lives(pid)) continue;
    const folder = join(ROOT, name);
    try {
      if (statSync(folder).uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's folder, or already removed.
    }
  }
};

/** Makes a folder (0700) for sockets on your machine; remove it when done. */
export const privateDir = (): string => {
  sweep();
  const dir = mkdtempSync(join(ROOT, `friday-${process.pid}-${startedAt(process.pid)}-`));
  chmodSync(dir, 0o700);
  return dir;
};
