import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { entry } from '../../../src/lib/paths.ts';
import type { FromUser, ToUser } from '../messages.ts';
import { createFrameReader, encodeFrame, type PipeFrame } from '../pipe.ts';
import { createInterrupt, type UserLink } from './repeat-interrupt.ts';
import { createMerge, type Merge } from './merge.ts';

/** How the user process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What V8 printed while the process died; never shown in a cell. */
  readonly crash: string;
}

export interface UserProcess {
  readonly pid: number;
  send(message: ToUser, buffers?: readonly Uint8Array[]): void;
  /** Stops what runs; the message `interrupted` with the returned number confirms it. */
  interrupt(): number;
  kill(): void;
}

export interface UserListener {
  readonly message: (message: FromUser, buffers: readonly Buffer[]) => void;
  /** Text that bypassed console and process.stdout: from a child process or native code. */
  readonly native: (name: 'stdout' | 'stderr', text: string) => void;
  readonly ended: (ending: Ending) => void;
}

/** A stop may abort Node's own JavaScript; Node's checks of async hooks would then abort the process. */
const flags = ['--no-force-async-hooks-checks', '--disable-warning=ExperimentalWarning'];

/** What V8 and Node print before they abort; from the first such line on, descriptor 2 carries only their report. */
const CRASH = /<--- Last few GCs --->|FATAL ERROR: |# Fatal error in |----- Native stack trace -----/;

/** Milliseconds after the exit during which the pipes are still read; a grandchild may hold them open for longer. */
const LAST_WORDS = 20;

const start = (folder: string, nonce: string): ChildProcess =>
  spawn(process.execPath, [...flags, ...process.execArgv, entry('kernel/src/user'), folder], {
    cwd: folder,
    env: { ...process.env, FBF_KERNEL_NONCE: nonce },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });

/** Separates what V8 prints while it dies from what cells print. */
const createCrashFilter = (native: UserListener['native']) => {
  const heard = { crash: '' };
  const filter: UserListener['native'] = (name, text) => {
    const at = name === 'stderr' ? (heard.crash === '' ? text.search(CRASH) : 0) : -1;
    const shown = at < 0 ? text : text.slice(0, at);
    if (at >= 0) heard.crash += text.slice(at);
    if (shown !== '') native(name, shown);
  };
  return { heard, filter };
};

const readNative = (child: ChildProcess, merge: Merge<PipeFrame<FromUser>>): void => {
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: Buffer) => {
      merge.native(name, chunk);
    });
    child[name]?.on('close', () => {
      merge.ended(name);
    });
  }
};

/** Calls `ended` once, when the process has exited and everything that it sent is read. */
const onEnd = (
  child: ChildProcess,
  outlet: Readable,
  ended: (exit: Omit<Ending, 'crash'>, error: string) => void,
): void => {
  let exit: Omit<Ending, 'crash'> | undefined;
  let error = '';
  const finish = (): void => {
    if (exit && outlet.closed) setTimeout(ended, LAST_WORDS, exit, error);
  };
  child.on('error', (reason) => {
    error = String(reason);
    setTimeout(ended, 0, { code: null, signal: null }, error);
  });
  child.on('exit', (code, signal) => {
    exit = { code, signal };
    finish();
  });
  outlet.on('close', finish);
};

const barrierOf = (message: FromUser): number => ('barrier' in message ? message.barrier : 0);

const linkTo = (child: ChildProcess, children: ReadonlySet<number>): UserLink => {
  const inlet = child.stdio[3] as Writable;
  const stop = (child.stdio as readonly unknown[])[5] as Writable;
  for (const pipe of [inlet, stop]) pipe.on('error', () => undefined);
  return {
    pid: child.pid ?? 0,
    children,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    send: (message, buffers = []) => void inlet.write(encodeFrame(message, buffers)),
    stop: () => void stop.write(Buffer.of(1)),
  };
};

/** Starts the process that runs cells. It exits when this process does, since its pipes close. */
export const startUserProcess = (folder: string, listener: UserListener): UserProcess => {
  const nonce = randomBytes(8).toString('hex');
  const child = start(folder, nonce);
  const children = new Set<number>();
  const link = linkTo(child, children);
  const interrupt = createInterrupt(link);
  const { heard, filter } = createCrashFilter(listener.native);
  const merge = createMerge<PipeFrame<FromUser>>(nonce, {
    native: filter,
    frame: ({ message, buffers }) => {
      listener.message(message, buffers);
    },
  });
  const outlet = child.stdio[4] as Readable;
  outlet.on(
    'data',
    createFrameReader<FromUser>((frame) => {
      const { message } = frame;
      if (message.kind === 'interrupted') interrupt.answered(message.serial);
      if (message.kind === 'child') children.add(message.pid);
      merge.frame(frame, barrierOf(message));
    }),
  );
  readNative(child, merge);
  onEnd(child, outlet, (exit, error) => {
    for (const name of ['stdout', 'stderr'] as const) merge.ended(name);
    listener.ended({ ...exit, crash: heard.crash + error });
  });
  return {
    pid: link.pid,
    send: interrupt.send,
    interrupt: interrupt.start,
    kill: () => child.kill('SIGKILL'),
  };
};
