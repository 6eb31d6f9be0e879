import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { entry } from '../../../src/lib/paths.ts';
import type { FromUser, ToUser } from '../messages.ts';
import { createFrameReader, encodeFrame, type Frame } from '../pipe.ts';
import { createMerge } from './merge.ts';
import { strayChildren } from './stray-children.ts';

/** How the user process came to its end. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the engine said while it died; never shown in a cell. */
  readonly crash: string;
}

export interface UserProcess {
  readonly pid: number;
  send(message: ToUser, buffers?: readonly Uint8Array[]): void;
  /** Stops what runs, wherever it is; resolves when the main thread has its loop back. */
  interrupt(): void;
  kill(): void;
}

export interface UserListener {
  readonly message: (message: FromUser, buffers: readonly Buffer[]) => void;
  /** Text written past console and process.stdout: by a child process or native code. */
  readonly native: (name: 'stdout' | 'stderr', text: string) => void;
  readonly ended: (ending: Ending) => void;
}

/** A stop may unwind Node's own JavaScript, which its bookkeeping of async hooks would take for a fault and abort. */
const flags = ['--no-force-async-hooks-checks', '--disable-warning=ExperimentalWarning'];

const script = entry('kernel/src/user');

/** What V8 and Node print when they give up; from the first of these lines on, descriptor 2 is the engine's. */
const CRASH = /<--- Last few GCs --->|FATAL ERROR: |# Fatal error in |----- Native stack trace -----/;

const start = (folder: string, nonce: string): ChildProcess =>
  spawn(process.execPath, [...flags, ...process.execArgv, script, folder], {
    cwd: folder,
    env: { ...process.env, FBF_KERNEL_NONCE: nonce },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });

const watchNative = (child: ChildProcess, merge: ReturnType<typeof createMerge>): (() => void) => {
  const both = [
    ['stdout', child.stdout],
    ['stderr', child.stderr],
  ] as const;
  for (const [name, stream] of both) {
    stream?.on('data', (chunk: Buffer) => {
      merge.native(name, chunk);
    });
    stream?.on('close', () => {
      merge.ended(name);
    });
  }
  return () => {
    merge.ended('stdout');
    merge.ended('stderr');
  };
};

const barrierOf = (message: FromUser): number => ('barrier' in message ? message.barrier : 0);

/** Starts the process that runs cells. It dies with this one: its pipes end. */
export const startUserProcess = (folder: string, listener: UserListener): UserProcess => {
  const nonce = randomBytes(8).toString('hex');
  const child = start(folder, nonce);
  const [, , , inlet, outlet, stop] = child.stdio as unknown as [null, null, null, Writable, Readable, Writable];
  const known = new Set<number>();
  let crash: string | undefined;
  let serial = 0;
  let answered = 0;

  const merge = createMerge<Frame<FromUser>>(nonce, {
    frame: ({ message, buffers }) => {
      listener.message(message, buffers);
    },
    native: (name, text) => {
      const at = name === 'stderr' ? text.search(CRASH) : -1;
      if (crash !== undefined && name === 'stderr') crash += text;
      else if (at < 0) listener.native(name, text);
      else {
        if (at > 0) listener.native(name, text.slice(0, at));
        crash = text.slice(at);
      }
    },
  });
  const read = createFrameReader<FromUser>((frame) => {
    if (frame.message.kind === 'interrupted') answered = Math.max(answered, frame.message.serial);
    else if (frame.message.kind === 'child') known.add(frame.message.pid);
    merge.frame(frame, barrierOf(frame.message));
  });
  outlet.on('data', read);
  const nativeEnded = watchNative(child, merge);
  for (const pipe of [inlet, stop]) pipe.on('error', () => undefined);

  let exit: Omit<Ending, 'crash'> | undefined;
  let closed = false;
  const finish = (): void => {
    if (!exit || !closed) return;
    // What the process wrote last is read by now, unless a child of it still holds the descriptors open.
    setTimeout(() => {
      nativeEnded();
      listener.ended({ code: exit?.code ?? null, signal: exit?.signal ?? null, crash: crash ?? '' });
    }, 20);
  };
  child.on('error', (error) => {
    crash = String(error);
    exit = { code: null, signal: null };
    finish();
  });
  child.on('exit', (code, signal) => {
    exit = { code, signal };
    finish();
  });
  outlet.on('close', () => {
    closed = true;
    finish();
  });
  const pid = child.pid ?? 0;
  const send = (message: ToUser, buffers: readonly Uint8Array[] = []): void => {
    inlet.write(encodeFrame(message, buffers));
  };
  /** A main thread inside execSync() comes back when the child that it waits for ends. */
  const nudge = (signal: NodeJS.Signals): void => {
    for (const stray of strayChildren(pid, known)) {
      try {
        process.kill(stray, signal);
      } catch {
        // It ended by itself.
      }
    }
  };
  /** Until the main thread says that it has dealt with it: a stop that unwinds the reading of a message loses it. */
  const insist = (mine: number, attempt: number): void => {
    if (answered >= mine || exit) return;
    if (attempt > 0) nudge(attempt < 20 ? 'SIGINT' : 'SIGTERM');
    send({ kind: 'interrupt', serial: mine });
    setTimeout(insist, attempt < 40 ? 15 + 5 * attempt : 1000, mine, attempt + 1);
  };
  return {
    pid,
    send,
    interrupt: () => {
      const mine = ++serial;
      stop.write(Buffer.of(1));
      insist(mine, 0);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
};
