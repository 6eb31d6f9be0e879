import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { privateDir, privateDirs } from '../lib/transport/private-dir.ts';

/** For whom a recorder waits: the kernel that started it, when it connects to the same host again. */
export interface Awaited {
  readonly url: string;
  readonly sshConfig: string | undefined;
  /** The kernel's connection file. */
  readonly kernel: string;
}

/** In a private folder: the recorder's socket, and whom it waits for. */
const SOCKET = 'r';
const NOTE = 'waits-for.json';

const noteOf = ({ url, sshConfig, kernel }: Awaited): string => JSON.stringify({ url, sshConfig, kernel });

/** Opens a socket for one process of this user; returns what closes it. */
const openDoor = async (awaited: Awaited, admit: (socket: Socket) => void): Promise<() => void> => {
  const dir = privateDir();
  const server = createServer((socket) => {
    server.close();
    admit(socket);
  });
  const shut = (): void => {
    server.close();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(join(dir, SOCKET), resolve));
    writeFileSync(join(dir, NOTE), noteOf(awaited));
  } catch (error) {
    shut();
    throw error;
  }
  return shut;
};

/** Milliseconds between two checks of whether to wait on. */
const EVERY = 250;

interface Wait {
  readonly seconds: number;
  readonly worthIt: () => boolean;
  /** Takes the connection of the restarted kernel, after which waiting is not worth it any more. */
  readonly admit: (socket: Socket) => void;
}

/** Waits for the kernel while that is worth it; a kernel that is shut down, not restarted, deletes its connection file. */
export const waitFor = async (awaited: Awaited, { seconds, worthIt, admit }: Wait): Promise<void> => {
  const end = performance.now() + seconds * 1000;
  const mayCome = (): boolean => worthIt() && existsSync(awaited.kernel) && performance.now() < end;
  if (!mayCome()) return;
  const shut = await openDoor(awaited, admit);
  while (mayCome()) await sleep(EVERY);
  shut();
};

const readNote = (dir: string): string => {
  try {
    return readFileSync(join(dir, NOTE), 'utf8');
  } catch {
    return '';
  }
};

/** The socket of the recorder that waits for this kernel and this host; undefined if none does. */
export const findDoor = (awaited: Awaited): string | undefined => {
  const dir = privateDirs().find((each) => readNote(each) === noteOf(awaited));
  return dir === undefined ? undefined : join(dir, SOCKET);
};
