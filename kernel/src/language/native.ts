import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { connect } from './json-rpc.ts';

/** The native TypeScript compiler as a child process that answers questions about a program. */
export interface Native {
  readonly pid: number | undefined;
  /** One request of its API; rejects when the compiler says no or is gone. */
  request(method: string, params: unknown): Promise<unknown>;
  /** Resolves when the process has ended, however it ended. */
  readonly ended: Promise<void>;
  close(): void;
}

/** The compiler that belongs to this machine, as the package installs it. */
const executable = (): string => {
  const native = createRequire(import.meta.url).resolve('typescript-native/package.json');
  const name = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  return join(dirname(createRequire(native).resolve(name)), 'lib', process.platform === 'win32' ? 'tsc.exe' : 'tsc');
};

/**
 * The compiler ends when its input does, but not while it waits for the answer to a question of its own: a front process
 * that is killed then would leave it behind. Linux can end it with its parent (prctl(2), PR_SET_PDEATHSIG).
 */
const SETPRIV = '/usr/bin/setpriv';
const LEASH = process.platform === 'linux' && existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL'] : [];

/**
 * Starts TypeScript's API server (`typescript/unstable/async` speaks the same). Only `readFile` is asked back: `read`
 * answers files that exist in the kernel alone, undefined for those on disk.
 */
export const startNative = (
  folder: string,
  read: (file: string) => string | undefined,
  log: (line: string) => void,
): Native => {
  const line: readonly string[] = [...LEASH, executable(), '--api', '--async', '--cwd', folder, '--callbacks=readFile'];
  const child = spawn(line[0] ?? '', line.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Half as much garbage as live data before a collection: the compiler's memory is most of the kernel's.
    env: { ...process.env, GOGC: process.env['GOGC'] ?? '50' },
  });
  const connection = connect(child.stdout, child.stdin, (method, params) => {
    const content = method === 'readFile' ? read(String(params)) : undefined;
    return content === undefined ? null : { content };
  });
  child.stderr.on('data', (bytes: Buffer) => {
    log(`tsc: ${bytes.toString().trimEnd()}`);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      connection.end(`tsc ended: ${why}`);
      resolve();
    };
    child.on('error', (error) => {
      end(error.message);
    });
    child.on('exit', (code, signal) => {
      end(String(signal ?? code));
    });
  });
  return {
    pid: child.pid,
    ended,
    request: (method, params) => connection.request(method, params),
    close: () => {
      child.kill('SIGKILL');
    },
  };
};
