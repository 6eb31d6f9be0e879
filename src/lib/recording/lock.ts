import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FridayError } from '../errors.ts';
import { startOf } from '../process-start.ts';

interface Holder {
  readonly pid: number;
  /** `startOf(pid)`, or '' if unknown: the pid may have been reused. */
  readonly started: string;
  readonly host: string;
  /** Why the writer gave up. On a full disk the manifest cannot be rewritten, but this file already has its space. */
  readonly gaveUp?: string;
}

const holderOf = async (dir: string): Promise<Holder | undefined> => {
  try {
    return JSON.parse(await readFile(join(dir, 'lock'), 'utf8')) as Holder;
  } catch {
    return undefined;
  }
};

const lives = ({ pid, started, host }: Holder): boolean => {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return now === undefined || now === started || (started === '' && now !== 'dead');
};

/** Whether a live process is writing the recording in `dir`. */
export const isWritten = async (dir: string): Promise<boolean> => {
  const holder = await holderOf(dir);
  return holder !== undefined && holder.gaveUp === undefined && lives(holder);
};

/** Why the writer gave up before it could close the recording, if it could still say so. */
export const whyGivenUp = async (dir: string): Promise<string | undefined> => (await holderOf(dir))?.gaveUp;

/** The lock that a recording's writer holds: it releases it, or leaves it in place with the reason why it could not close the recording. */
export interface Lock {
  release(): Promise<void>;
  giveUp(why: string): Promise<void>;
}

/** Takes the recording's lock, also from a dead writer. Throws kind 'recording'. */
export const takeLock = async (dir: string): Promise<Lock> => {
  const path = join(dir, 'lock');
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) ?? '', host: hostname() };
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(JSON.stringify(mine));
      await file.close();
      return {
        release: () => rm(path, { force: true }),
        giveUp: async (gaveUp) => {
          const there = await open(path, 'r+');
          await there.writeFile(JSON.stringify({ ...mine, gaveUp })).finally(() => there.close());
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = await holderOf(dir);
      if (holder && lives(holder)) throw locked(dir, holder);
      await rm(path, { force: true });
    }
  }
  throw locked(dir, mine);
};

const locked = (dir: string, { pid, host }: Holder): FridayError =>
  new FridayError('recording', `${dir}: process ${pid} on ${host} is writing this recording`, {
    next: 'Record into another folder, or stop that recorder first.',
  });
