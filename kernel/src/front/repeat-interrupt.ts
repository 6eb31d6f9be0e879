import type { ToUser } from '../messages.ts';
import { strayChildren } from './stray-children.ts';

/** What an interrupt needs of the process. */
export interface UserLink {
  readonly pid: number;
  /** Children that cells started and do not block on. */
  readonly children: ReadonlySet<number>;
  readonly ended: () => boolean;
  readonly send: (message: ToUser, buffers?: readonly Uint8Array[]) => void;
  /** Wakes the thread that watches the main thread. */
  readonly stop: () => void;
}

/** Attempts that send SIGINT to children; later ones send SIGTERM. */
const SIGINTS = 20;
/** Attempts before the pause between two of them becomes one second. */
const QUICK = 40;

const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has already ended.
    }
  }
};

/**
 * Repeats an interrupt until the main thread of the user process confirms it. A stop may abort the code that reads the
 * message, which loses the message: so it is sent again, and all other messages wait until then. A main thread in
 * execSync() returns only when the child that it waits for ends, so that child is signalled too.
 */
export const createInterrupt = (link: UserLink) => {
  const waiting: Parameters<UserLink['send']>[] = [];
  let serial = 0;
  let answered = 0;
  const repeat = (mine: number, attempt: number): void => {
    if (answered >= mine || link.ended()) return;
    if (attempt > 0) signalAll(strayChildren(link.pid, link.children), attempt < SIGINTS ? 'SIGINT' : 'SIGTERM');
    link.send({ kind: 'interrupt', serial: mine });
    setTimeout(repeat, attempt < QUICK ? 15 + 5 * attempt : 1000, mine, attempt + 1);
  };
  return {
    /** Sends a message now, or after the interrupt in progress was confirmed. */
    send: (...message: Parameters<UserLink['send']>): void => {
      if (answered < serial) waiting.push(message);
      else link.send(...message);
    },
    /** Returns the serial number by which the user process confirms this interrupt. */
    start: (): number => {
      serial++;
      link.stop();
      repeat(serial, 0);
      return serial;
    },
    answered: (told: number): void => {
      answered = Math.max(answered, told);
      if (answered >= serial) for (const message of waiting.splice(0)) link.send(...message);
    },
  };
};
