import { randomBytes } from 'node:crypto';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { greeting } from './greeting.ts';
import type { Running } from './transport.ts';

const KEPT = 65_536;
const LAST_WORDS = 1_000;

/** The last 64 KB of a child's standard error, and its exit. */
export interface Ending {
  readonly said: () => string;
  readonly done: Promise<{ readonly status: number | undefined; readonly stderr: string }>;
}

/** Follows a child's standard error and exit. A child that cannot be started ends with status 127 and the reason. */
export const follow = (child: ChildProcessWithoutNullStreams, onStderr?: (text: string) => void): Ending => {
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT);
    onStderr?.(text);
  });
  child.stdin.on('error', () => undefined); // EPIPE: the child exited first, which `done` reports
  const done = new Promise<{ status: number | undefined; stderr: string }>((resolve) => {
    child.once('error', (error) => {
      resolve({ status: 127, stderr: error.message });
    });
    child.once('exit', (code) => {
      const tell = (): void => {
        resolve({ status: code ?? undefined, stderr: said });
      };
      // Its last standard error may still arrive; a grandchild that holds the pipe open longer is not waited for.
      if (child.stderr.readableEnded) tell();
      else child.stderr.once('close', tell);
      setTimeout(tell, LAST_WORDS).unref();
    });
  });
  return { said: () => said, done };
};

/** Turns a child that runs `sh` on the host into a channel, and sends it its script. */
export const runChannel = (
  child: ChildProcessWithoutNullStreams,
  script: string,
  onStderr?: (text: string) => void,
): Running => {
  const { done } = follow(child, onStderr);
  child.stdin.write(`${greeting(randomBytes(4).toString('hex'))}${script.endsWith('\n') ? script : `${script}\n`}`);
  return {
    output: child.stdout,
    write: (text) => {
      if (child.stdin.writable) child.stdin.write(text);
    },
    end: () => {
      child.stdin.end();
    },
    kill: () => {
      child.kill('SIGKILL');
      child.stdout.destroy();
    },
    done,
  };
};
