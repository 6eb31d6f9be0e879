import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { connect } from './json-rpc.ts';

/** The native TypeScript compiler as a child process that answers questions about a program. */
export interface Native {
  readonly pid: number | undefined;
  /** One request of its API; rejects when the compiler returns an error or has exited. */
  request(method: string, params: unknown): Promise<unknown>;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  close(): void;
}

/** The compiler's binary for this machine, as its package installs it. */
const executable = (): string => {
  const native = createRequire(import.meta.url).resolve('typescript-native/package.json');
  const name = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  return join(dirname(createRequire(native).resolve(name)), 'lib', process.platform === 'win32' ? 'tsc.exe' : 'tsc');
};

/**
 * The compiler exits at end of input, but not while it waits for an answer to its own question: it would outlive a
 * front process that is killed then. setpriv makes Linux kill it with its parent (prctl(2), PR_SET_PDEATHSIG).
 */
const SETPRIV = '/usr/bin/setpriv';
const LEASH = process.platform === 'linux' && existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL'] : [];

/**
 * Starts TypeScript's API server (as `typescript/unstable/async` does). The server asks back only `readFile`: `read`
 * returns files that exist in the kernel alone, and undefined for those on disk.
 */
export const startNative = (
  folder: string,
  read: (file: string) => string | undefined,
  log: (line: string) => void,
): Native => {
  const line: readonly string[] = [...LEASH, executable(), '--api', '--async', '--cwd', folder, '--callbacks=readFile'];
  const child = spawn(line[0] ?? '', line.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Collect garbage at half of the default growth: the compiler's heap is most of the kernel's memory.
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
