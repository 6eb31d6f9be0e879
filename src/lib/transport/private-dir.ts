import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startOf } from '../process-start.ts';

/** Paths of sockets are limited to 108 bytes, which a user's TMPDIR may exceed. */
const ROOT = '/tmp';
const NAME = /^friday-(\d+)-\d*-\w+$/;

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const isOurs = (folder: string): boolean => {
  try {
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === process.getuid?.();
  } catch {
    return false; // already removed
  }
};

/** The private folders of this user, of processes that live or of those that were killed. */
const foldersOf = (living: boolean): string[] =>
  readdirSync(ROOT)
    .filter((name) => NAME.test(name) && lives(Number(NAME.exec(name)?.[1])) === living)
    .map((name) => join(ROOT, name))
    .filter(isOurs);

/** The private folders of this user whose process lives. */
export const privateDirs = (): readonly string[] => foldersOf(true);

/** Removes folders on your machine whose recorder (of this user) was killed. */
const sweep = (): void => {
  for (const folder of foldersOf(false)) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Removed by another process in this moment.
    }
  }
};

/** Makes a folder (0700) for sockets on your machine; remove it when done. */
export const privateDir = (): string => {
  sweep();
  const dir = mkdtempSync(join(ROOT, `friday-${process.pid}-${startOf(process.pid) ?? ''}-`));
  chmodSync(dir, 0o700);
  return dir;
};
