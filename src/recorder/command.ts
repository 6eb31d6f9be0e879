import { FridayError } from '../lib/errors.ts';
import { supervise } from '../lib/supervisor/supervise.ts';
import type { Prompter, Transport } from '../lib/transport/transport.ts';
import type { CommandResult } from './contract.ts';
import type { RunCall } from './protocol.ts';

/** The result is sent to the caller as one line of JSON, so its size is limited. */
const MOST_MB = 64;
const MOST = MOST_MB * 1024 * 1024;
const SECONDS = 60;

/** Keeps the first 64 MB of the output and reads on to the end, so that the command does not block. */
const collect = async (output: AsyncIterable<Uint8Array>, onTooMuch: () => void): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  let left = MOST;
  for await (const bytes of output) {
    if (left > 0) parts.push(bytes.subarray(0, left));
    if (bytes.length > left) onTooMuch();
    left = Math.max(0, left - bytes.length);
  }
  return Buffer.concat(parts);
};

interface CommandOptions {
  readonly signal: AbortSignal;
  readonly away: number | undefined;
  readonly prompter: Prompter | undefined;
  readonly ticks: number;
}

/** Runs a command under the supervisor until it ends, is aborted, reaches its time limit, or has written too much. */
export const runCommand = async (
  transport: Transport,
  { script, seconds = SECONDS, sudo }: RunCall,
  { signal, away, prompter, ticks }: CommandOptions,
): Promise<CommandResult> => {
  const supervised = await supervise(transport, { program: script, seconds, away, sudo, prompter, ticks });
  let cut: string | undefined;
  const stop = (why: string) => (): void => {
    cut ??= why;
    supervised.stop();
  };
  const timer = setTimeout(stop(`Cut after ${String(seconds)} s, its time limit: the command was stopped.`), seconds * 1000); // prettier-ignore
  const abort = stop('Cut: the command was interrupted.');
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const tooMuch = stop(
    `Cut after ${String(MOST_MB)} MB of output: the command was stopped. Redirect its output to a file, or print less.`,
  );
  const stdout = await collect(supervised.output, tooMuch);
  clearTimeout(timer);
  const { status, stderr, why } = await supervised.done;
  if (status !== undefined) return { status, stdout, stderr, ...(cut === undefined ? {} : { cut }) };
  throw new FridayError('host-gone', `${transport.url}: the connection was lost while a command ran (${why})`, {
    next: 'Connect again. The supervisor on the host ends the command.',
    seen: stderr.slice(-1000),
  });
};
