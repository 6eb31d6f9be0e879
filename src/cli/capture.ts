import { connect, onProgress, type Host, type Pending } from '../lib/index.ts';
import { promptThrough } from '../lib/session/prompt.ts';
import { terminalPrompt } from './terminal.ts';

const CLEAR = '\r\u001b[K';

/** Connects to all hosts, or fails and connects to none. */
export const connectAll = async (urls: readonly string[], sudo: boolean): Promise<readonly Host[]> => {
  promptThrough(terminalPrompt());
  const made = await Promise.allSettled(urls.map((url) => connect(url, sudo ? { allow: ['sudo'] } : {})));
  const hosts = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = made.find((each) => each.status === 'rejected');
  if (failed === undefined) return hosts;
  await Promise.all(hosts.map((host) => host.close()));
  throw failed.reason;
};

/** Connects to a host, does something with it, and closes the connection whatever happens. */
export const withHost = async <T>(url: string, sudo: boolean, work: (host: Host) => Promise<T>): Promise<T> => {
  const [host] = await connectAll([url], sudo);
  if (host === undefined) throw new Error('connectAll gave no host');
  try {
    return await work(host);
  } finally {
    await host.close();
  }
};

/** Awaits captures, with their progress on a terminal; an interrupt ends them early and keeps what was captured. */
export const captured = async <T>(begin: () => readonly Pending<T>[]): Promise<readonly T[]> => {
  const terminal = process.stderr.isTTY;
  if (terminal) onProgress((line) => process.stderr.write(`${CLEAR}${line.split('\n')[0] ?? ''}`));
  const asked = begin();
  const stop = (): void => {
    for (const each of asked) void each.stop();
  };
  process.once('SIGINT', stop);
  try {
    return await Promise.all(asked);
  } finally {
    process.removeListener('SIGINT', stop);
    if (terminal) process.stderr.write(CLEAR);
  }
};
