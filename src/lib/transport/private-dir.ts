import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Sockets need short paths (108 bytes), which a user's TMPDIR may not be. */
const ROOT = '/tmp';
const NAME = /^friday-(\d+)-\d*-\w+$/;

/** When a process started, in clock ticks since boot: with its id it names one process; '' where there is no /proc. */
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

/** Removes what killed recorders of this user left on this machine: folders whose process is gone. */
const sweep = (): void => {
  for (const name of readdirSync(ROOT)) {
    const pid = Number(NAME.exec(name)?.[1] ?? '0');
    if (pid === 0 || lives(pid)) continue;
    const folder = join(ROOT, name);
    try {
      if (statSync(folder).uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
    } catch {
      // somebody else's, or gone already
    }
  }
};

/** Makes a folder for sockets that nobody else can enter (0700), on the machine of the notebook; remove it when done. */
export const privateDir = (): string => {
  sweep();
  const dir = mkdtempSync(join(ROOT, `friday-${process.pid}-${startedAt(process.pid)}-`));
  chmodSync(dir, 0o700);
  return dir;
};
